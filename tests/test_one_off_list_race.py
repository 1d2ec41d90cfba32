"""One list sent from two desks, windows or clicks at once: each person gets one reminder at most."""

from messaging.models import Reminder, Run
from messaging.services.one_off_list import Sent
from tests import cast
from tests.desks import Desk
from tests.threads import together


def test_the_same_page_sent_twice_at_once_makes_one_run(own_database: str) -> None:
    cast.the_house()
    desk = Desk(*[cast.a_loan() for _ in range(12)])
    _found, token = desk.look()

    answers = together(*[lambda: desk.send(token) for _ in range(4)])

    assert all(isinstance(one, Sent) for one in answers), answers
    run = Run.objects.get()
    assert {one.run for one in answers if isinstance(one, Sent)} == {run}
    assert Reminder.objects.filter(run=run).count() == Reminder.objects.count() == 12


def test_two_desks_with_the_same_people_in_another_order_share_them(own_database: str) -> None:
    cast.the_house()
    loans = [cast.a_loan() for _ in range(12)]
    desks = [Desk(*loans), Desk(*reversed(loans))]
    looked = [(desk, desk.look()[1]) for desk in desks]

    answers = together(*[lambda desk=desk, token=token: desk.send(token) for desk, token in looked])

    assert all(isinstance(one, Sent) for one in answers), answers
    people = Reminder.objects.values_list("borrower", flat=True)
    assert sorted(filter(None, people)) == sorted(one.borrower_id for one in loans)
