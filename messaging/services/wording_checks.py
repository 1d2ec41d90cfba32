"""One look at a wording: what the checks found, in the reader's language, and what is in order."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from messaging import data
from messaging.models import MessageTemplate, Wording
from messaging.policies import checks_desk, checks_worst, parts
from messaging.policies import wording as policy
from messaging.policies.checks_finding import Finding, Severity, Verdict, verdict
from messaging.services.wording_rows import Words

SHORT = 30  # characters of a quoted phrase in a sentence


@dataclass(frozen=True, slots=True)
class Found:
    """One finding as a sentence; ``start`` and ``end`` count characters of the text alone.

    ``key`` is the same whenever the same phrase is found for the same reason, wherever it stands;
    ``answer`` is what the author wrote on it, empty where nothing was written.
    """

    key: str
    rule: str
    category: str
    severity: Severity
    start: int
    end: int
    text: str
    why: str
    suggestion: str
    answer: str = ""

    def quoted(self) -> str:
        """The phrase, why it was found and what to write instead, for a refusal in one line."""
        phrase = self.text if len(self.text) <= SHORT else f"{self.text[:SHORT]}…"
        said = {"phrase": phrase, "why": self.why}
        named = _("“%(phrase)s”: %(why)s") % said if phrase else self.why
        return f"{named} {self.suggestion}".strip()


@dataclass(frozen=True, slots=True)
class Look:
    """All findings, the gravest first, and sentences on what is in order.

    ``version`` is that of the words and rules looked with; ``needs_second`` says that the text
    speaks of a legal step or the credit record.
    """

    findings: list[Found]
    passed: list[str]
    verdict: Verdict
    version: str
    needs_second: bool

    def of(self, severity: Severity) -> list[Found]:
        """The findings of one severity, in the order of the text."""
        return [one for one in self.findings if one.severity == severity]

    @property
    def blocks(self) -> list[Found]:
        """What keeps the text from being submitted."""
        return self.of("block")

    @property
    def judges(self) -> list[Found]:
        """What its author must answer."""
        return self.of("judge")

    @property
    def tips(self) -> list[Found]:
        """What is worth knowing."""
        return self.of("tip")


def look(wording: Wording) -> Look:
    """Check a wording on file, with the answers that its author gave."""
    words = Words(wording.language, wording.jurisdictions, wording.signature, wording.text)
    given = {one["key"]: one["why"] for one in wording.answers if "key" in one}
    return look_at(wording.template, words, answers=given)


def look_at(
    template: MessageTemplate, words: Words, *, answers: Mapping[str, str] | None = None
) -> Look:
    """Check words that may not be on file yet; nothing is raised for any text."""
    knowledge = data.wording_knowledge()
    found = checks_desk.check_wording(
        words.text,
        signature=words.signature,
        language=words.language,
        jurisdictions=sorted(set(words.jurisdictions)),
        purpose=template.purpose,
        knowledge=knowledge,
    )
    return Look(
        _told(found, answers or {}),
        _passed(found, words, template.purpose),
        verdict(found),
        knowledge.version,
        checks_desk.speaks_of_law(found, knowledge),
    )


def _told(found: Collection[Finding], answers: Mapping[str, str]) -> list[Found]:
    language = get_language() or ""
    before: Counter[tuple[str, str]] = Counter()
    told = []
    for one in found:
        same = (one.rule, one.text)
        key = _key(*same, before[same])
        before[same] += 1
        told.append(
            Found(
                key,
                one.rule,
                one.category,
                one.severity,
                one.start,
                one.end,
                one.text,
                one.why(language),
                one.suggestion(language),
                answers.get(key, ""),
            )
        )
    return told


def _key(rule: str, text: str, ordinal: int) -> str:
    return sha256(f"{rule}\0{text}\0{ordinal}".encode()).hexdigest()[:12]


def _passed(found: Collection[Finding], words: Words, purpose: str) -> list[str]:
    codes = checks_desk.in_order_codes(
        found, signature=words.signature, purpose=purpose, longest_parts=_longest(words)
    )
    reminder = purpose not in checks_desk.WITHOUT_WAY_OUT
    sentences = {
        "placeholders": _("Every placeholder is known, and nothing invisible is in the text"),
        "signature": _("Begins with the signature %(signature)s")
        % {"signature": words.signature.strip()},
        "harsh": _("No harsh wording found, in eight categories"),
        "third_party": _("No third person is mentioned"),
        "amount": _("Says how much, and when it was or is due"),
        "contact": _("Says how to reach a person"),
        "ignore_if_paid": _("Says what to do if it is already paid"),
        "help": _("Offers help"),
        "way_out": _("Says how to stop the texts") if reminder else _("Needs no way out"),
        "link": _("No link"),
        "one_part": _("The longest sample is one part"),
    }
    return [sentences[code] for code in codes]


def _longest(words: Words) -> int:
    """Parts with the longest values; 0 where the text cannot be filled in."""
    if policy.check(words.text, words.signature):
        return 0
    filled = checks_worst.values(words.language, longest=True)
    try:
        return parts.count(policy.render(words.signature, words.text, filled)).parts
    except (policy.MissingValue, policy.UnsafeValue):
        return 0
