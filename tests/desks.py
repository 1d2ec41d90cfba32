"""A desk at which reminders are sent to a list of people, without its pages."""

from django.contrib.auth.models import User

from borrowers.models import Loan, QueueSnapshot
from borrowers.services import snapshots
from messaging.services import one_off_list, one_off_list_preview
from messaging.services.one_off_list import Sent
from messaging.services.one_off_list_preview import Preview
from tests import cast


class Desk:
    """Somebody, a supervisor by default, with the frozen list of the people of these loans."""

    def __init__(self, *loans: Loan, by: User | None = None) -> None:
        self.by = by or cast.a_user(role="supervisor")
        people = [one.borrower_id for one in loans]
        self.snapshot: QueueSnapshot = snapshots.freeze(people, by=self.by)

    def look(self) -> tuple[Preview, str]:
        """What the page shows, and the token behind its button."""
        found = one_off_list_preview.preview(self.snapshot, by=self.by)
        return found, one_off_list.sign(found, snapshot=self.snapshot, by=self.by)

    def send(self, token: str) -> Sent:
        """What the button does."""
        return one_off_list.send(self.snapshot, token, by=self.by)
