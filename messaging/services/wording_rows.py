"""A row of wordings: finding it, filling it, stepping it, and what the operation log keeps of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from messaging.models import Wording
from messaging.policies import checks_desk
from messaging.policies import wording as policy
from messaging.services import acting
from messaging.states import WORDING_STEPS, WordingState

if TYPE_CHECKING:
    from messaging.services.wording_checks import Found

ANSWER = 300  # characters kept of an answer


class AlreadyApproved(NotAllowed):
    """The same words have been approved before; ``wording`` is that version."""

    def __init__(self, wording: Wording) -> None:
        super().__init__(
            _("v%(version)s has exactly these words and is approved already.")
            % {"version": wording.version}
        )
        self.wording = wording


class Blocked(NotAllowed):
    """The checks found what cannot be sent; ``findings`` say where, why, and what is kinder.

    ``approving``: they find it now in a text that was submitted before.
    """

    def __init__(self, findings: "Sequence[Found]", *, approving: bool = False) -> None:
        said = {"findings": " ".join(one.quoted() for one in findings)}
        super().__init__(
            _("This cannot be approved: reject it with what must change. %(findings)s") % said
            if approving
            else _("This cannot be submitted yet. %(findings)s") % said
        )
        self.findings = list(findings)


class NeedsAnswers(NotAllowed):
    """Findings need the author's judgement; ``findings`` are those without an answer."""

    def __init__(self, findings: "Sequence[Found]") -> None:
        said = " ".join(one.quoted() for one in findings)
        super().__init__(_("Say why this is right here: %(findings)s") % {"findings": said})
        self.findings = list(findings)


@dataclass(frozen=True, slots=True)
class Words:
    """What an author writes: the text, its signature, for whom it is, why, and until when."""

    language: str
    jurisdictions: Iterable[str]
    signature: str
    text: str
    reason: str = ""
    expires_at: datetime | None = None


def same_words(row: Wording) -> "QuerySet[Wording]":
    """Approved, unexpired versions that say exactly what ``row`` says."""
    unexpired = Q(expires_at=None) | Q(expires_at__gt=clock.now())
    return Wording.objects.filter(
        unexpired,
        template_id=row.template_id,
        fingerprint=row.fingerprint,
        state=WordingState.APPROVED,
    ).exclude(pk=row.pk)


def live_beside(row: Wording) -> "QuerySet[Wording]":
    """The version that ``row`` would replace: same template, language, places and channel."""
    return Wording.objects.filter(
        template_id=row.template_id,
        language=row.language,
        jurisdictions=row.jurisdictions,
        channel=row.channel,
        live=True,
    ).exclude(pk=row.pk)


def problems(text: str, signature: str) -> list[tuple[str, str]]:
    """What no draft is saved with: the field and a sentence in the reader's language, each once."""
    language = get_language() or ""
    found = checks_desk.refused(text, signature)
    said = [(one.field, f"{one.why(language)} {one.suggestion(language)}") for one in found]
    return list(dict.fromkeys(said))


def not_past(expires_at: datetime | None) -> None:
    """Raises NotAllowed where the last instant of a wording has come already."""
    if policy.past_expiry(expires_at, at=clock.now()):
        raise NotAllowed(past_last_day())


def past_last_day() -> str:
    """The refusal of a last day that lies behind us."""
    return _("The last day has passed: choose today or a later day, or leave it empty.")


def write(row: Wording, words: Words) -> None:
    """Put ``words`` into a draft.

    Raises NotAllowed for a text out of form and a last day that has passed, AlreadyApproved.
    """
    not_past(words.expires_at)
    if wrong := problems(words.text, words.signature):
        raise NotAllowed(" ".join(sentence for _field, sentence in wrong))
    row.language, row.jurisdictions = words.language, sorted(set(words.jurisdictions))
    row.signature, row.text, row.reason = words.signature, words.text, words.reason[:200]
    row.expires_at = words.expires_at and words.expires_at.replace(microsecond=0)
    row.placeholders = sorted(policy.placeholders(words.text))
    row.fingerprint = policy.fingerprint(
        text=row.text,
        signature=row.signature,
        language=row.language,
        jurisdictions=row.jurisdictions,
        channel=row.channel,
        expires_at=row.expires_at,
        template=row.template.code,
    )
    if approved := same_words(row).first():
        raise AlreadyApproved(approved)
    row.save()


def answered(judges: "Sequence[Found]", answers: Mapping[str, str]) -> list[dict[str, str]]:
    """What is kept of the answers: those on findings that ask for one. Raises NeedsAnswers."""
    given = {one.key: answers.get(one.key, "").strip()[:ANSWER] for one in judges}
    if missing := [one for one in judges if not given[one.key]]:
        raise NeedsAnswers(missing)
    return [
        {"key": one.key, "rule": one.rule, "text": one.text, "why": given[one.key]}
        for one in judges
    ]


def step(row: Wording, to: WordingState, **fields: Any) -> None:
    """Take one step of the table. Raises OutOfStep when it is not allowed from here."""
    rows = Wording.objects.filter(pk=row.pk)
    acting.step(rows, to, WORDING_STEPS, lambda: out_of_step(row), **fields)
    row.refresh_from_db()


def locked(wording: Wording) -> Wording:
    """The row as it is now; nobody else changes it before the transaction ends."""
    return (
        Wording.objects.select_for_update(of=("self",))
        .select_related("template")
        .get(pk=wording.pk)
    )


def may_approve(by: User) -> None:
    """Raises NotAllowed for staff who do not decide on wordings."""
    acting.may(
        by, "messaging.approve_wording", _("Only compliance reviewers can decide on wordings.")
    )


def cannot_write() -> str:
    """The refusal of staff whose role writes no wordings."""
    return _("Your role cannot write wordings. Ask a supervisor.")


def not_allowed(code: str) -> NotAllowed:
    """The refusal of a code of the policy, in the reader's language."""
    return NotAllowed(acting.said(policy.NOT_ALLOWED, code))


def out_of_step(row: Wording) -> OutOfStep:
    """What to say to somebody whose page shows an older state."""
    return OutOfStep(
        _("v%(version)s has moved on. It is now: %(state)s.")
        % {"version": row.version, "state": WordingState(row.state).label}
    )


def said(row: Wording) -> dict[str, Any]:
    """What the operation log keeps: which row, and the digest of its words."""
    return {
        "template": row.template.code,
        "version": row.version,
        "language": row.language,
        "jurisdictions": row.jurisdictions,
        "fingerprint": row.fingerprint,
        "state": str(row.state),
    }


def take_down(row: Wording) -> list[int]:
    """Take down what ``row`` replaces; its id, if there was one."""
    before = list(live_beside(row).values_list("pk", flat=True))
    live_beside(row).update(live=False)
    return before
