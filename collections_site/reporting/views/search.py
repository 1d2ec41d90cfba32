"""The search box of the header: an exact number opens its page, anything else looks for people."""

import re
import unicodedata
from collections.abc import Callable

from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from borrowers.models import Borrower, Loan
from borrowers.services import search as people
from borrowers.views import searches
from collections_site.lib.access import StaffRequest, requires
from messaging.models import MessageTemplate, Run
from messaging.services import seen_by

LONGEST = 60
READ = 1000  # characters looked at: what is typed is made plain before it is cut


@require_POST
@requires("borrowers.view_borrower")
def search(request: StaffRequest) -> HttpResponse:
    """Go to what was named, to the one person found, or to the list of those found."""
    query = _plain(request.POST.get("q", ""))
    if not query:
        return redirect("borrowers")
    address = _exact(query, request.user)
    if address is None:
        found = people.find(query, user=request.user, limit=2)
        if len(found.people) == 1:
            address = _person(found.people[0])
    if address is None:
        address = f"{reverse('borrowers')}?found={searches.remember(request, query)}"
    return redirect(address)


def _plain(typed: str) -> str:
    """What was typed, in one way of writing: a Chinese keyboard's ``＃１２`` means ``#12``."""
    letters = unicodedata.normalize("NFKC", typed[:READ])
    seen = "".join(one for one in letters if one.isprintable() or one.isspace())
    return " ".join(seen.split())[:LONGEST].rstrip()


def _exact(query: str, user: User) -> str | None:
    """The page of what the query names exactly: a person, a loan, a wording, a run, a decision."""
    refs = [query, query.upper()]
    loans = Loan.objects.filter(loan_ref__in=refs)
    # One query a name: joined by OR, neither of them could use its index.
    for named in (Q(borrower_ref__in=refs), Q(pk__in=loans.values("borrower"))):
        if person := Borrower.objects.visible_to(user).filter(named).first():
            return _person(person)
    for pattern, find in NAMED:
        if found := re.fullmatch(pattern, query, re.IGNORECASE):
            return find(found[1], user)
    return None


def _person(person: Borrower) -> str:
    return reverse("borrower", args=[person.borrower_ref])


def _template(code: str, user: User) -> str | None:
    known = MessageTemplate.objects.filter(code__iexact=f"T-{code}").exists()
    return reverse("wording-template", args=[f"T-{code}"]) if known else None


def _run(number: str, user: User) -> str | None:
    return reverse("run", args=[number]) if Run.objects.filter(pk=int(number)).exists() else None


def _decision(number: str, user: User) -> str | None:
    known = seen_by.decisions(user).filter(pk=int(number)).exists()
    return reverse("decision", args=[number]) if known else None


NAMED: list[tuple[str, Callable[[str, User], str | None]]] = [
    (r"T-([0-9]{1,6})", _template),
    (r"#([0-9]{1,15})", _run),
    (r"D-([0-9]{1,15})", _decision),
]
