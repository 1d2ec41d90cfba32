"""Today: what is going on, and what only you can do about it."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from collections_site.lib.access import StaffRequest, signed_in
from collections_site.reporting import queries
from collections_site.reporting.queries import Waiting
from collections_site.reporting.views import saved_views
from messaging.services import figures, state, wording_notices
from messaging.services.figures import Moment


@require_safe
@signed_in
def today(request: StaffRequest) -> HttpResponse:
    """The blocks of this person's role; every number is a link to the list it counts."""
    return render(request, "reporting/today.html", _blocks(request.user))


def _blocks(user: User) -> dict[str, Any]:
    """A block is absent where the role has no use for it, and zero where nothing waits."""
    moment = figures.present()
    blocks: dict[str, Any] = {"moment": moment, "book": queries.book(moment)}
    if user.has_perm("messaging.view_sending"):
        blocks["state"] = state.now(moment)
        blocks["today"] = queries.sending(user, moment)
        blocks["unsettled"] = queries.unsettled(user, moment)
        stops = blocks["state"].stops
        if user.has_perm("messaging.propose_resume"):
            blocks["to_propose"] = queries.to_propose(stops)
        if user.has_perm("messaging.approve_resume"):
            blocks["to_approve"] = queries.to_approve(stops, user)
    blocks |= _waiting(user)
    if user.has_perm("messaging.add_wording"):
        blocks["own_wordings"] = wording_notices.own(user)
    if user.has_perm("messaging.approve_wording") or user.has_perm("messaging.retire_wording"):
        blocks["ending_wordings"] = wording_notices.ending(moment.at)
    blocks |= _queue(user, moment)
    if user.has_perm("audit.read_audit"):
        blocks["sealed"] = queries.sealed()
    if user.has_perm("auth.change_user"):
        blocks["clusters"] = queries.clusters()
    return blocks


def _queue(user: User, moment: Moment) -> dict[str, Any]:
    """Of the people in one's care and the queue."""
    blocks: dict[str, Any] = {}
    if user.has_perm("borrowers.view_borrower") and not user.has_perm(
        "borrowers.view_all_borrowers"
    ):
        blocks["people"] = queries.people(user)
    if user.has_perm("borrowers.work_queue"):
        blocks["promised"] = queries.promised_today(user, moment)
        blocks["bad_numbers"] = queries.bad_numbers(user, moment)
    if user.has_perm("borrowers.view_queue"):
        blocks["pinned"] = saved_views.pinned(user)
    return blocks


WAITING: dict[str, tuple[str, Callable[[User], Waiting]]] = {
    "replies": ("messaging.view_reply", queries.replies),
    "wordings": ("messaging.approve_wording", queries.wordings),
    "lifts": ("borrowers.approve_lift", queries.lifts_to_decide),
    "releases": ("borrowers.release_import", queries.imports_to_release),
}


def _waiting(user: User) -> dict[str, Any]:
    """What waits for this member of staff, of what their role decides."""
    blocks: dict[str, Any] = {
        name: count(user)
        for name, (permission, count) in WAITING.items()
        if user.has_perm(permission)
    }
    if "wordings" in blocks and blocks["wordings"].count:
        blocks["to_decide"] = queries.wordings_to_decide(user)
    return blocks
