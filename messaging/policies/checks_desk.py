"""What the desk asks of a wording beyond what a bare text is asked, and what it finds in order.

A reviewer is told what was looked at, not only what was found: `in_order_codes` names it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from messaging.policies import wording
from messaging.policies.checks import Knowledge, check
from messaging.policies.checks_desk_texts import REASONS
from messaging.policies.checks_finding import Finding, Reason, Severity, in_order
from messaging.policies.lexicon import CATEGORIES

# These say how to stop by being what they are, or answer somebody who wrote first.
WITHOUT_WAY_OUT = frozenset({"opt_out_acknowledged", "reply"})
# House policy is stricter than the law here: whoever leaves the way out away says why.
_JUDGED = frozenset({"content.no_opt_out"})
_SENSITIVE = ("legal_step", "credit_record")  # reasons in the lexicon
_PLACEHOLDER = re.compile(r"\(\(([^()]*)\)\)")
_ALONE = re.compile(r"\(\(|\)\)")


def check_wording(
    text: str,
    *,
    signature: str,
    language: str,
    jurisdictions: Collection[str],
    purpose: str,
    knowledge: Knowledge,
) -> tuple[Finding, ...]:
    """All findings on a wording for a purpose, the gravest first. Nothing is raised for any text."""
    found = list(
        check(
            text,
            signature=signature,
            language=language,
            jurisdictions=jurisdictions,
            stage=purpose,
            lexicon=knowledge,
        )
    )
    found = [replace(one, severity="judge") if one.rule in _JUDGED else one for one in found]
    found += _form(text, signature)
    unsigned = not signature.strip() and "((lender))" not in text
    if unsigned and not any(one.rule == "content.no_sender" for one in found):
        found.append(_one("no_signature", "block", text, 0, 0))
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

    `longest_parts` is that of the longest sample, 0 where none could be made.
    """
    rules = {one.rule for one in findings}
    grave = {one.category for one in findings if one.severity != "tip"}
    reminder = purpose not in WITHOUT_WAY_OUT
    looked: dict[str, bool] = {
        "placeholders": not {"form.unknown", "form.brackets", "form.unsafe"} & rules,
        "signature": bool(signature.strip())
        and not {"form.signature_brackets", "form.signature_length"} & rules
        and "form.signature_placeholder" not in rules,
        "harsh": not grave & set(CATEGORIES),
        "third_party": not any(one.category == "third_party" for one in findings),
        "amount": reminder and not {"content.no_amount", "content.no_due_date"} & rules,
        "contact": reminder and "content.no_contact" not in rules,
        "ignore_if_paid": reminder and "content.no_ignore_if_paid" not in rules,
        "help": purpose.endswith("_overdue") and "content.no_help" not in rules,
        "way_out": not reminder or "content.no_opt_out" not in rules,
        "link": not {"form.link", "form.shortener", "form.strange_link"} & rules,
        "one_part": longest_parts == 1,
    }
    return [code for code, fine in looked.items() if fine]


def _form(text: str, signature: str) -> Iterator[Finding]:
    """Placeholders that are none: these refuse a draft as well, but a live panel shows where."""
    rest = text
    for match in _PLACEHOLDER.finditer(text):
        rest = rest[: match.start()] + "\0" * len(match[0]) + rest[match.end() :]
        if match[1] not in wording.PLACEHOLDERS:
            known = " ".join(f"(({name}))" for name in wording.PLACEHOLDERS)
            yield _one("unknown", "block", text, *match.span(), name=match[1], known=known)
    for match in _ALONE.finditer(rest):
        yield _one("brackets", "block", text, *match.span())
    if not text.strip():
        yield _one("empty", "block", text, 0, len(text))
    if "((" in signature or "))" in signature:
        yield _one("signature_placeholder", "block", text, 0, 0)
    for at, one in enumerate(text):
        if one in "\r\n\t\x0b\x0c\u2028\u2029":
            yield _one("unsafe", "block", text, at, at + 1)


def _one(rule: str, severity: Severity, text: str, start: int, end: int, **said: object) -> Finding:
    reason = Reason(*(part.format(**said) for part in REASONS[rule]))
    return Finding(f"form.{rule}", "form", severity, start, end, text[start:end], reason)
