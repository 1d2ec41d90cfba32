"""The one entry to the checks: what the desk asks of a wording beyond what a bare text is asked, and
what it finds in order.

A reviewer is told what was looked at, not only what was found: `in_order_codes` names it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from messaging.policies import wording
from messaging.policies.checks import Knowledge, check
from messaging.policies.checks_desk_texts import REASONS
from messaging.policies.checks_finding import Finding, Reason, Severity, in_order
from messaging.policies.checks_form import LONGEST, hidden
from messaging.policies.checks_form_texts import told
from messaging.policies.checks_worst import NO_HOUSE
from messaging.policies.lexicon import CATEGORIES

# These say how to stop by being what they are, or answer somebody who wrote first.
WITHOUT_WAY_OUT = frozenset({"opt_out_acknowledged", "reply"})
# House policy is stricter than the law here: whoever leaves the way out away says why.
_JUDGED = frozenset({"content.no_opt_out"})
# What a text can say: an acknowledgement and a reply speak of no loan, and before it is due nobody is late.
_OF_NO_LOAN = frozenset({"name", "salutation", "lender", "contact", "plan_contact"})
_BEFORE = frozenset(wording.PLACEHOLDERS) - {"days_late"}
POSSIBLE: Mapping[str, frozenset[str]] = {
    "opt_out_acknowledged": _OF_NO_LOAN,
    "reply": _OF_NO_LOAN,
    "before_due": _BEFORE,
    "due_today": _BEFORE,
}
_SENSITIVE = ("legal_step", "credit_record")  # reasons in the lexicon
_PLACEHOLDER = re.compile(r"\(\(([^()]*)\)\)")
_ALONE = re.compile(r"\(\(|\)\)")
_BREAK = re.compile("[\r\n\t\u2028\u2029]")
_PLACES = frozenset(
    f"form.{one}" for one in ("unknown", "brackets", "unsafe", "invisible", "not_here")
)
OVER_LIMIT = "form.over_limit"


def check_wording(
    text: str,
    *,
    signature: str,
    language: str,
    jurisdictions: Collection[str],
    purpose: str,
    third_party: bool = False,
    house: Mapping[str, str] = NO_HOUSE,
    knowledge: Knowledge,
) -> tuple[Finding, ...]:
    """All findings on a wording for a purpose, the gravest first. Nothing is raised for any text.

    Without a purpose and places it is a bare text: only how it reads and its form are looked at.
    """
    found = list(
        check(
            text,
            signature=signature,
            language=language,
            jurisdictions=jurisdictions,
            stage=purpose,
            third_party=third_party,
            house=house,
            lexicon=knowledge,
        )
    )
    if not (purpose or jurisdictions) or any(one.rule == OVER_LIMIT for one in found):
        return tuple(found)
    found = [
        replace(one, severity="judge") if one.rule in _JUDGED and one.severity == "tip" else one
        for one in found
    ]
    there = {one.rule for one in found}
    found += [one for one in refused(text, signature) if one.rule not in there]
    found += _not_here(text, purpose)
    unsigned = not signature.strip() and "((lender))" not in text
    if unsigned and not any(one.rule == "content.no_sender" for one in found):
        found.append(replace(_one("no_signature", "block", signature, 0, 0), field="signature"))
    return in_order(found)


def speaks_of_law(findings: Iterable[Finding], knowledge: Knowledge) -> bool:
    """Whether a text mentions a legal step or the credit record, also to deny it or in passing."""
    sensitive = {
        knowledge.lexicon.reasons[name] for name in _SENSITIVE if name in knowledge.lexicon.reasons
    }
    return any(
        one.category == "legal_misrepresentation" or one.reason in sensitive for one in findings
    )


def in_order_codes(
    findings: Collection[Finding], *, signature: str, purpose: str, longest_parts: int
) -> list[str]:
    """What was looked at and is as it should be, as codes, in the order of reading.

    `longest_parts` is that of the longest sample, 0 where none could be made. Nothing is in order in a
    text too long to be looked at, and no words are in a language that is not read.
    """
    rules = {one.rule for one in findings}
    if OVER_LIMIT in rules:
        return []
    read = "form.unread_language" not in rules
    grave = {one.category for one in findings if one.severity != "tip"}
    reminder = purpose not in WITHOUT_WAY_OUT
    looked: dict[str, bool] = {
        "placeholders": not _PLACES & rules,
        "signature": bool(signature.strip())
        and not any(one.field == "signature" and one.severity != "tip" for one in findings),
        "harsh": read and not grave & set(CATEGORIES),
        "third_party": read and not any(one.category == "third_party" for one in findings),
        "amount": reminder and not {"content.no_amount", "content.no_due_date"} & rules,
        "contact": reminder and "content.no_contact" not in rules,
        "ignore_if_paid": reminder and "content.no_ignore_if_paid" not in rules,
        "help": purpose.endswith("_overdue") and "content.no_help" not in rules,
        "way_out": not reminder or "content.no_opt_out" not in rules,
        "link": not {"form.link", "form.shortener", "form.strange_link"} & rules,
        "one_part": longest_parts == 1,
    }
    return [code for code, fine in looked.items() if fine]


def refused(text: str, signature: str) -> Iterator[Finding]:
    """What no draft is saved with: more than any carrier takes, placeholders that are none, nothing at
    all, breaks of the line, and what nobody can see."""
    if len(signature) + len(text) > LONGEST:
        start = max(0, LONGEST - len(signature))
        yield told("over_limit", "block", text, start, len(text), limit=LONGEST)
        return
    rest = text
    for match in _PLACEHOLDER.finditer(text):
        rest = rest[: match.start()] + "\0" * len(match[0]) + rest[match.end() :]
        if match[1] not in wording.PLACEHOLDERS:
            known = _written(wording.PLACEHOLDERS)
            yield _one("unknown", "block", text, *match.span(), name=match[1], known=known)
    for match in _ALONE.finditer(rest):
        yield _one("brackets", "block", text, *match.span())
    if not text.strip():
        yield _one("empty", "block", text, 0, len(text))
    if "((" in signature or "))" in signature:
        one = _one("signature_placeholder", "block", signature, 0, len(signature))
        yield replace(one, field="signature")
    for match in _BREAK.finditer(text):
        yield _one("unsafe", "block", text, *match.span())
    for match in _BREAK.finditer(signature):
        yield replace(_one("unsafe", "block", signature, *match.span()), field="signature")
    yield from hidden(text, to_be_sent=True)
    for one in hidden(signature, to_be_sent=True):
        yield replace(one, field="signature")


def _not_here(text: str, purpose: str) -> Iterator[Finding]:
    """Placeholders that a text of this purpose has no value for."""
    possible = POSSIBLE.get(purpose, frozenset(wording.PLACEHOLDERS))
    for match in _PLACEHOLDER.finditer(text):
        if match[1] in wording.PLACEHOLDERS and match[1] not in possible:
            known = _written(one for one in wording.PLACEHOLDERS if one in possible)
            yield _one("not_here", "block", text, *match.span(), name=match[1], known=known)


def _written(names: Iterable[str]) -> str:
    return " ".join(f"(({name}))" for name in names)


def _one(rule: str, severity: Severity, text: str, start: int, end: int, **said: object) -> Finding:
    reason = Reason(*(part.format(**said) for part in REASONS[rule]))
    return Finding(f"form.{rule}", "form", severity, start, end, text[start:end], reason)
