"""Which rows a member of staff may see: those of the people they look after, or all."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet

from borrowers.models import Borrower
from messaging.models import Attempt, Decision, Reminder, Reply


def sees_people(user: User) -> bool:
    """Whether this person may read about borrowers at all; the administrator only sees counts."""
    return user.has_perm("borrowers.view_borrower")


def _sees_all(user: User) -> bool:
    """Everyone's rows, for those who see every borrower, and for those who see counts without people."""
    return user.has_perm("borrowers.view_all_borrowers") or not sees_people(user)


def sees_some(user: User) -> bool:
    """Whether counts and lists are those of this person's own people only."""
    return not _sees_all(user)


def _own(user: User) -> "QuerySet[Any]":
    people: QuerySet[Any] = Borrower.objects.visible_to(user).values("pk")
    return people


def reminders(user: User) -> "QuerySet[Reminder]":
    """The reminders whose counts and lists ``user`` sees."""
    rows = Reminder.objects.all()
    return rows if _sees_all(user) else rows.filter(borrower__in=_own(user))


def attempts(user: User) -> "QuerySet[Attempt]":
    """The attempts whose counts and lists ``user`` sees."""
    rows = Attempt.objects.all()
    return rows if _sees_all(user) else rows.filter(borrower__in=_own(user))


def decisions(user: User) -> "QuerySet[Decision]":
    """The decisions ``user`` may read."""
    rows = Decision.objects.all()
    return rows if _sees_all(user) else rows.filter(borrower_id__in=_own(user))


def replies(user: User) -> "QuerySet[Reply]":
    """The replies ``user`` may read; those of numbers nobody has on file, who sees everyone."""
    rows = Reply.objects.all()
    return rows if _sees_all(user) else rows.filter(borrower__in=_own(user))
