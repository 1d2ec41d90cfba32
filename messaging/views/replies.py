"""Replies: what people wrote back, what was done at once, and who still has to look."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.decision import NotAllowed
from messaging.forms.replies import ReplyFilter
from messaging.models import Reply
from messaging.services import history, replies, seen_by, telling, verdicts

PAGE = 50


@require_safe
@requires("messaging.view_reply")
def inbox(request: StaffRequest) -> HttpResponse:
    """Unanswered replies, the oldest first; or those looked at, the newest first."""
    form = ReplyFilter(request.GET)
    everything = seen_by.replies(request.user).select_related("borrower", "hold", "handled_by")
    waiting = everything.filter(handled_at=None).order_by("at", "pk")
    done = everything.exclude(handled_at=None).order_by("-handled_at", "-pk")
    page = Paginator(done if form.done else waiting, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "done": form.done,
        "query": "show=done" if form.done else "",
        "waiting_count": waiting.count(),
    }
    return render(request, "messaging/reply_list.html", context)


@require_safe
@requires("messaging.view_reply")
def reply(request: StaffRequest, pk: int) -> HttpResponse:
    """One reply in its conversation, what was done about it, and the one thing left to do."""
    row = get_object_or_404(_visible(request), pk=pk)
    waiting = seen_by.replies(request.user).filter(handled_at=None, at__gte=row.at)
    after = waiting.exclude(pk=row.pk).order_by("at", "pk").first()
    # The reason is kept as "first word: stop": how it was found, and the words that said so.
    words = row.why.partition(": ")[2] or row.why
    context = {"reply": row, "words": words, "next": after, **_person(row)}
    return render(request, "messaging/reply_detail.html", context)


def _person(row: Reply) -> dict[str, Any]:
    """The conversation and the verdict; nothing for a number that nobody has on file."""
    if row.borrower is None:
        return {}
    return {
        "borrower": row.borrower,
        "thread": history.of(row.borrower, kinds=history.TALK | {"hold", "lift"}),
        "box": telling.box(verdicts.verdict(row.borrower)),
        "loans": row.borrower.loans.filter(status="active").order_by("loan_ref"),
    }


def _visible(request: StaffRequest) -> "QuerySet[Reply]":
    return seen_by.replies(request.user).select_related(
        "borrower", "contact_point", "hold", "handled_by"
    )


@require_POST
@requires("borrowers.handle_reply")
def handle(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that a person has looked; the pause that the reply placed ends."""
    row = get_object_or_404(_visible(request), pk=pk)
    try:
        replies.handle(row, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Looked at. Nothing else keeps this reply open."))
    after = seen_by.replies(request.user).filter(handled_at=None).order_by("at", "pk").first()
    return redirect("reply", after.pk) if after else redirect("inbox")
