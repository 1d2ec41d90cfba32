"""One look at a wording: what the checks found, in the reader's language, and what is in order."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from borrowers.models import Lender
from messaging import data
from messaging.models import MessageTemplate, Sender, Wording
from messaging.policies import checks_desk, checks_worst
from messaging.policies.checks_finding import Finding, Severity, Verdict, verdict
from messaging.services.wording_rows import Words

SHORT = 30  # characters of a quoted phrase in a sentence


@dataclass(frozen=True, slots=True)
class Found:
    """One finding as a sentence; ``start`` and ``end`` count characters of ``field``, text or signature.

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
    field: str = "text"
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
    """Check words that may not be on file yet; nothing is raised for any text.

    Words without places fit everybody: they are held to all places where the lender is bound or sends.
    """
    knowledge = data.wording_knowledge()
    lender = Lender.objects.filter(pk=1).first()
    house = _house(lender, words.language)
    found = checks_desk.check_wording(
        words.text,
        signature=words.signature,
        language=words.language,
        jurisdictions=sorted(set(words.jurisdictions)) or _everywhere(lender),
        purpose=template.purpose,
        third_party=lender is not None and lender.party == "third",
        house=house,
        knowledge=knowledge,
    )
    return Look(
        _told(found, answers or {}),
        _passed(found, words, template.purpose, house),
        verdict(found),
        knowledge.version,
        checks_desk.speaks_of_law(found, knowledge),
    )


def _everywhere(lender: Lender | None) -> list[str]:
    """The places whose rules bind the lender, and the countries to which somebody carries its texts."""
    senders = Sender.objects.filter(enabled=True, provider__enabled=True)
    reached = {
        country for countries in senders.values_list("countries") for country in countries[0]
    }
    return sorted(reached | set(lender.jurisdictions if lender else ()))


def _house(lender: Lender | None, language: str) -> dict[str, str]:
    """What every text says of the lender in a language."""
    if lender is None:
        return {}
    name = lender.name if language.lower().startswith("zh") else lender.name_en
    return {"lender": name, "contact": lender.contact_line, "plan_contact": lender.contact_line}


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
                one.field,
                answers.get(key, ""),
            )
        )
    return told


def _key(rule: str, text: str, ordinal: int) -> str:
    return sha256(f"{rule}\0{text}\0{ordinal}".encode()).hexdigest()[:12]


def _passed(
    found: Collection[Finding], words: Words, purpose: str, house: Mapping[str, str]
) -> list[str]:
    codes = checks_desk.in_order_codes(
        found, signature=words.signature, purpose=purpose, longest_parts=_longest(words, house)
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


def _longest(words: Words, house: Mapping[str, str]) -> int:
    """Parts with the longest values; 0 where the text cannot be filled in."""
    if any(checks_desk.refused(words.text, words.signature)):
        return 0
    said = {"signature": words.signature, "language": words.language}
    return checks_worst.most_parts(words.text, **said, house=house)
