"""What somebody has typed into the form of a wording and not saved yet; nobody else sees it."""

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db.models import QuerySet

from collections_site.lib import clock
from messaging.models import MessageTemplate, UnsavedWording, Wording
from messaging.providers.base import keepable

LONGEST = 2000  # characters kept of one field; a form takes fewer


def keep(
    user: User, template: MessageTemplate, wording: Wording | None, fields: Mapping[str, str]
) -> UnsavedWording:
    """Keep the form's fields as typed, in place of what was kept before.

    ``wording`` is the draft they belong to, None for a new version. They are not checked: half a
    placeholder is kept too.
    """
    values = {"fields": {name: keepable(value)[:LONGEST] for name, value in fields.items()}}
    row, _new = UnsavedWording.objects.update_or_create(
        user=user, template=template, wording=wording, defaults={**values, "at": clock.now()}
    )
    return row


def kept(user: User, template: MessageTemplate, wording: Wording | None) -> UnsavedWording | None:
    """What this person last typed into this form and neither saved nor discarded, if anything."""
    return _rows(user, template, wording).first()


def forget(user: User, template: MessageTemplate, wording: Wording | None) -> None:
    """Drop what was kept: it was saved, or discarded. Nothing kept is fine."""
    _rows(user, template, wording).delete()


def _rows(
    user: User, template: MessageTemplate, wording: Wording | None
) -> "QuerySet[UnsavedWording]":
    return UnsavedWording.objects.filter(user=user, template=template, wording=wording)
