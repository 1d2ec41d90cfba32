"""Write down what was done, in the transaction that does it."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model

from collections_site.audit.models import Event
from collections_site.lib import clock


class NotInTransaction(Exception):
    """An event was to be recorded outside the transaction of the act it records."""


def record(
    verb: str,
    subject: Model | str,
    *,
    by: User | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Event:
    """Record ``verb`` ("wording.approved") on a row, or on a thing named by a word.

    ``before`` and ``after`` hold ids, codes, times, amounts and digests, never personal content.
    Raises NotInTransaction outside ``atomic``: an act and its record stand or fall together.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(verb)
    kind, key = (
        ("", subject) if isinstance(subject, str) else (subject._meta.label_lower, subject.pk)
    )
    return Event.objects.create(
        at=clock.now(),
        by=by,
        verb=verb,
        subject_type=kind,
        subject_id=str(key),
        before=dict(before or {}),
        after=dict(after or {}),
    )
