"""A do-not-contact list beside somebody who comes to live on one of its numbers, and beside a send."""

import threading

import psycopg

from borrowers.models import Borrower, Hold
from borrowers.services import do_not_contact
from borrowers.services.do_not_contact import Listing
from tests import cast, databases
from tests.threads import together
from tests.waiting import wait_for

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
TAKE = "SELECT id FROM {} WHERE id = %s FOR NO KEY UPDATE"
JOIN = """INSERT INTO borrowers_borrowernumber (borrower_id, contact_point_id, relation, from_at)
          VALUES (%s, %s, 'shared', site_now())"""


def test_whoever_comes_meanwhile_is_held_and_waited_for_like_the_others(own_database: str) -> None:
    """The list waits for the first person; another moves in; a send to that one takes person, then number."""
    cast.the_house()
    first = cast.a_borrower()
    number = first.numbers.get().contact_point
    second = cast.a_borrower()
    listing = Listing("0" * 64, ("phone",), 0, "phone", {number.phone: 2}, 0, ())
    answers: list[object] = []
    address = databases.url(own_database)

    with psycopg.connect(address) as mover, psycopg.connect(address) as send:
        mover.execute(TAKE.format("borrowers_borrower"), [first.pk])
        send.execute(TAKE.format("borrowers_borrower"), [second.pk])
        thread = threading.Thread(
            target=lambda: answers.extend(
                together(lambda: do_not_contact.apply(listing, "A", by=None))
            )
        )
        thread.start()
        with psycopg.connect(address, autocommit=True) as other:
            wait_for(lambda: other.execute(WAITING).fetchone() == (1,))
            mover.execute(JOIN, [second.pk, number.pk])
            mover.commit()  # the list goes on: it sees the second, and waits for the send to them
            wait_for(lambda: other.execute(WAITING).fetchone() == (1,))
            send.execute(TAKE.format("borrowers_contactpoint"), [number.pk])
            send.commit()
    thread.join(timeout=60)

    assert isinstance(answers[0], do_not_contact.Checked), answers
    assert answers[0].people == {first.pk, second.pk}
    held = Borrower.objects.filter(holds__kind="opt_out")
    assert set(held) == {first, second}
    assert Hold.objects.get(contact_point=number).kind == "opt_out"
