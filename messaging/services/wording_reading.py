"""What the pages about one wording show: differences, samples, cost, queues, reviewers. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import F, Q, QuerySet

from borrowers.models import Lender
from messaging.models import MessageTemplate, Provider, Registration, Strategy, Wording
from messaging.policies import checks_desk, diff
from messaging.policies import wording as policy
from messaging.policies.diff import Piece
from messaging.policies.wording import MissingValue, UnsafeValue
from messaging.services import (
    registrations,
    wording_checks,
    wording_notices,
    wording_people,
    wording_pool,
    wording_reach,
    wording_results,
)
from messaging.services.wording_checks import Look
from messaging.services.wording_invented import Sample
from messaging.services.wording_pool import Pool, Told
from messaging.services.wording_reach import Reach
from messaging.services.wording_results import Results
from messaging.services.wording_rows import Words, live_beside
from messaging.states import WordingState

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions, and what changed from the one to the other; without ``before`` all is new."""

    before: Wording | None
    after: Wording
    pieces: Sequence[Piece]
    placeholders_added: Sequence[str]
    placeholders_removed: Sequence[str]

    @property
    def removed(self) -> int:
        """How many stretches were taken out; a phrase replaced by another counts here and as added."""
        return sum(piece.kind == "removed" for piece in self.pieces)

    @property
    def added(self) -> int:
        """How many stretches were put in."""
        return sum(piece.kind == "added" for piece in self.pieces)

    @property
    def fits_changed(self) -> bool:
        """Whether the two are for other people: another language, other places, another last day."""
        return self.before is not None and (
            (self.before.language, self.before.jurisdictions, self.before.expires_at)
            != (self.after.language, self.after.jurisdictions, self.after.expires_at)
        )


@dataclass(frozen=True, slots=True)
class Reader:
    """A person with the text they would get; ``before`` is what they get from the words compared."""

    sample: Sample
    before: Told | None


@dataclass(frozen=True, slots=True)
class Effect:
    """How a text reads and what it costs: real people, and the days to come."""

    people: Sequence[Reader]
    reach: Reach | None

    @property
    def invented(self) -> bool:
        """Whether nobody real would be reached."""
        return any(one.sample.invented for one in self.people)

    @property
    def longest(self) -> Sample | None:
        """The person whose text is the longest, which decides the parts."""
        return next(
            (
                one.sample
                for one in self.people
                if one.sample.case == "longest" and one.sample.shown
            ),
            None,
        )

    @property
    def open(self) -> str:
        """The case to be seen first: the longest, or the first of whom there is a text."""
        return next((one.sample.case for one in self.people if one.sample.shown), "")


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a reviewer needs on one page; ``live`` is what it would replace.

    ``rejected`` is the last version that was turned down on the way from the live one to this.
    """

    live: Wording | None
    compared: Compared
    look: Look
    effect: Effect
    results: Results | None
    used_by: Sequence[str]
    unregistered: Sequence[Provider]
    rejected: Wording | None


def words(wording: Wording) -> Words:
    """The words of a version, as an author would type them."""
    return Words(
        wording.language,
        wording.jurisdictions,
        wording.signature,
        wording.text,
        wording.reason,
        wording.expires_at,
    )


def read(wording: Wording, beside: Wording | None = None, *, by: User) -> Reading:
    """The page of a wording for the reviewer ``by``; ``beside`` is compared, else what is live."""
    live = live_of(wording)
    other = beside or live
    outcome = wording_results.results([live]).get(live.pk) if live else None
    return Reading(
        live,
        compare(other, wording),
        wording_checks.look(wording),
        effect(wording.template, words(wording), by=by, before=words(other) if other else None),
        outcome,
        used_by([wording.template]).get(wording.template_id, []),
        registrations.missing(wording),
        wording_notices.rejected_before(wording),
    )


def live_of(wording: Wording) -> Wording | None:
    """The live version that approving ``wording`` would replace."""
    rows = live_beside(wording).select_related("template", "author", "reviewer")
    return rows.first()


def compare(before: Wording | None, after: Wording) -> Compared:
    """The difference between two versions, signature and text together."""
    old, new = set(before.placeholders if before else ()), set(after.placeholders)
    pieces = (
        diff.compare(before.signature + before.text, after.signature + after.text) if before else []
    )
    return Compared(before, after, pieces, sorted(new - old), sorted(old - new))


def beside_live(template: MessageTemplate, said: Words) -> Compared:
    """Words that may not be on file yet, beside the live ones they would replace."""
    typed = Wording(
        template=template,
        language=said.language,
        jurisdictions=sorted(set(said.jurisdictions)),
        signature=said.signature,
        text=said.text,
        placeholders=list(policy.placeholders(said.text)),
        expires_at=said.expires_at,
    )
    return compare(live_of(typed), typed)


def effect(
    template: MessageTemplate, said: Words, *, by: User, before: Words | None = None
) -> Effect:
    """Who would read it and what a day costs; nothing for words that cannot be filled.

    People are those ``by`` may see; ``before`` are the words the same people are shown beside it.
    """
    if any(checks_desk.refused(said.text, said.signature)):
        return Effect([], None)
    seen = wording_pool.pool(template, said, by=by)
    everybody = seen if by.has_perm("borrowers.view_all_borrowers") else None
    people = [
        Reader(one, _told(one, seen, before))
        for one in wording_people.people(template, said, by=by, pool=seen)
    ]
    return Effect(people, wording_reach.reach(template, said, pool=everybody))


def _told(sample: Sample, seen: Pool | None, before: Words | None) -> Told | None:
    """The text this person gets from the words before, if there are any and it can be made."""
    if before is None or seen is None or not sample.shown:
        return None
    for person in seen.people:
        if (person.candidate.borrower_ref, person.on) == (sample.borrower_ref, sample.on):
            try:
                return wording_pool.tell(person, seen, before, masked=True)
            except (MissingValue, UnsafeValue):
                return None
    return None


def used_by(templates: Sequence[MessageTemplate]) -> dict[int, list[str]]:
    """For each template id the steps of live ladders that use it: ``S-01 due-3``."""
    steps = Strategy.objects.filter(live=True, steps__template__in=templates).values_list(
        "code", "steps__offset", "steps__template_id"
    )
    found: dict[int, list[str]] = {}
    for code, offset, template_id in steps.order_by("code", "steps__offset"):
        found.setdefault(template_id, []).append(f"{code} due{offset:+d}")
    return found


def waiting() -> "QuerySet[Wording]":
    """What waits for a decision, oldest first."""
    rows = Wording.objects.filter(state=WordingState.SUBMITTED)
    return rows.select_related("template", "author").order_by(
        F("submitted_at").asc(nulls_first=True)
    )


def next_waiting(user: User, *, after: Wording) -> Wording | None:
    """The oldest other wording that ``user`` may decide."""
    return waiting().exclude(author=user).exclude(pk=after.pk).first()


def successor(wording: Wording) -> Wording | None:
    """The newest later version of the same language and places that waits or is live, if any."""
    rows = Wording.objects.filter(
        Q(state=WordingState.SUBMITTED) | Q(live=True),
        template_id=wording.template_id,
        language=wording.language,
        jurisdictions=wording.jurisdictions,
        version__gt=wording.version,
    )
    return rows.order_by("-version").first()


def reviewers(wording: Wording) -> list[str]:
    """Who may decide it: the names of the active reviewers who did not write it."""
    people = User.objects.with_perm(
        "messaging.approve_wording", include_superusers=False, backend=MODEL_BACKEND
    )
    rows = people.exclude(pk=wording.author_id).order_by("first_name", "username")
    return [user.get_full_name() or user.get_username() for user in rows]


def usual_signature(language: str) -> str:
    """What stands before our texts in a language: as in the newest version, else the lender's name."""
    rows = Wording.objects.filter(language=language).exclude(signature="").order_by("-pk")
    if newest := rows.values_list("signature", flat=True).first():
        return newest
    lender = Lender.objects.filter(pk=1).first()
    if lender is None:
        return ""
    return f"【{lender.name}】" if language.startswith("zh") else f"{lender.name_en}: "


def last_decided_at() -> datetime | None:
    """When a reviewer last decided anything."""
    decided = Wording.objects.filter(decided_at__isnull=False).order_by("-decided_at")
    return decided.values_list("decided_at", flat=True).first()


@dataclass(frozen=True, slots=True)
class Carried:
    """What a carrier that asks for registration has said of a wording; ``row`` is None for nothing."""

    provider: Provider
    row: Registration | None


def carriers(wording: Wording) -> list[Carried]:
    """Every carrier that must register a wording, or has registered this one, with its answer."""
    rows = {
        row.provider_id: row
        for row in Registration.objects.filter(wording=wording).select_related("provider", "by")
    }
    asked = Provider.objects.filter(
        Q(enabled=True, requires_registration=True) | Q(pk__in=list(rows))
    )
    return [Carried(one, rows.get(one.pk)) for one in asked.order_by("name")]
