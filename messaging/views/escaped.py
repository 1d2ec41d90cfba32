"""Texts that a payment overtook: they had left, and say what was owed before it."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from borrowers.models import PostedRepayment
from collections_site.lib.access import StaffRequest, requires
from messaging.services import lists, payments, seen_by
from messaging.services.lists import Line

PAGE = 50


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A payment and the texts it overtook, as lists show them."""

    payment: PostedRepayment
    lines: list[Line]


@require_safe
@requires("messaging.view_sending")
def escaped(request: StaffRequest) -> HttpResponse:
    """The payments, newest first, each with its texts."""
    page = Paginator(payments.with_escaped(request.user), PAGE).get_page(request.GET.get("page"))
    ids = [reminder for row in page.object_list for reminder in row.escaped]
    rows = seen_by.reminders(request.user).filter(pk__in=ids)
    shown = lists.lines(rows.select_related("borrower", "loan", "template", "run"))
    by_id = {line.reminder.pk: line for line in shown}
    context = {
        "page": page,
        "rows": [
            Overtaken(row, [by_id[pk] for pk in row.escaped if pk in by_id])
            for row in page.object_list
        ],
        "sees_people": seen_by.sees_people(request.user),
    }
    return render(request, "messaging/escaped_list.html", context)
