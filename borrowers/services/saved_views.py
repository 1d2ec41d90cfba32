"""Filters of the queue kept under a name: one's own, and those shared with everybody."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from borrowers.models import SavedView
from collections_site.audit import services as audit
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed

MOST = 12  # of one's own: tabs that fit on a page
LONGEST = 300  # characters of a query string


class NameTaken(Exception):
    """One already has a view of this name."""


def seen_by(user: User) -> "QuerySet[SavedView]":
    """One's own views and the shared ones, the shared first."""
    return SavedView.objects.filter(Q(by=user) | Q(shared=True))


def pinned_by(user: User) -> "QuerySet[SavedView]":
    """What of these one has pinned to one's Today, in the same order."""
    return seen_by(user).filter(pinned_by=user)


def may_change(view: SavedView, user: User) -> bool:
    """Whose view it is; a shared one also whoever may share."""
    return view.by_id == user.pk or (view.shared and user.has_perm("borrowers.share_view"))


@transaction.atomic
def save(name: str, query: str, *, shared: bool, pinned: bool = False, by: User) -> SavedView:
    """Keep these filters under a name, ``pinned`` also on one's own Today.

    Raises NotAllowed without filters or with more than fit, for a view to share by somebody who may not, and for more views
    than fit; NameTaken when one has a view of this name.
    """
    if not query:
        raise NotAllowed(_("Narrow the list first: a view without filters is the whole queue."))
    if len(query) > LONGEST:
        raise NotAllowed(_("These filters are too long to keep: write the amounts shorter."))
    if shared and not by.has_perm("borrowers.share_view"):
        raise NotAllowed(_("Your role saves views for itself: ask a supervisor to share one."))
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two presses wait for each other
    own = SavedView.objects.filter(by=by)
    if own.filter(name=name).exists():
        raise NameTaken(name)
    if own.count() >= MOST:
        raise NotAllowed(_("You have %(n)s views: delete one first.") % {"n": MOST})
    view = SavedView.objects.create(name=name, query=query, shared=shared, by=by, at=clock.now())
    if pinned:
        view.pinned_by.add(by)
    if shared:
        audit.record("view.shared", view, by=by, after={"query": query})
    return view


@transaction.atomic
def rename(view: SavedView, name: str, *, by: User) -> None:
    """Call it something else. Raises NotAllowed for somebody else's, NameTaken for a name in use."""
    row = _held(view, by)
    if SavedView.objects.filter(by=row.by_id, name=name).exclude(pk=row.pk).exists():
        raise NameTaken(name)
    row.name = name
    row.save(update_fields=["name"])
    if row.shared:
        audit.record("view.renamed", row, by=by)


@transaction.atomic
def pin(view: SavedView, pinned: bool, *, by: User) -> None:
    """Put it on the Today of ``by``, or take it off; nobody else's changes, and twice is once.

    Raises NotAllowed for a view that ``by`` does not see.
    """
    row = seen_by(by).select_for_update().filter(pk=view.pk).first()
    if row is None:
        raise NotAllowed(_("This view is somebody else's: save one of your own."))
    if pinned:
        row.pinned_by.add(by)
    else:
        row.pinned_by.remove(by)


@transaction.atomic
def delete(view: SavedView, *, by: User) -> None:
    """Forget it; nobody's people change. Raises NotAllowed for somebody else's."""
    row = _held(view, by)
    if row.shared:
        audit.record("view.deleted", row, by=by, before={"query": row.query, "by": row.by_id})
    row.delete()


def _held(view: SavedView, by: User) -> SavedView:
    row = SavedView.objects.select_for_update().get(pk=view.pk)
    if not may_change(row, by):
        raise NotAllowed(_("This view is somebody else's: save one of your own."))
    return row
