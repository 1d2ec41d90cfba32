"""The checks of a wording, in one call: harsh words, what must be said, form, and the worst cases.

Pure and fast: a wording is checked while it is typed, and thousands can be read in a few seconds.
A list is never the last word: what it cannot decide it hands to a reviewer as `judge`, with the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from messaging.policies import checks_worst
from messaging.policies.checks_content import Requirements, content, jargon
from messaging.policies.checks_finding import Finding, Verdict, in_order, verdict
from messaging.policies.checks_form import LONGEST, form, unread
from messaging.policies.checks_form_texts import told
from messaging.policies.checks_harsh import harsh
from messaging.policies.checks_worst import NO_HOUSE
from messaging.policies.lexicon import Lexicon
from messaging.policies.tone import Tone, listened

__all__ = ["Finding", "Knowledge", "Verdict", "check", "verdict"]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the checks go by: the words, and what must be said where.

    `digests` are of the files themselves: of the words, of what must be said, of the tones.
    """

    lexicon: Lexicon
    requirements: Requirements
    tones: Mapping[str, Tone]  # by language, `zh` and `en`
    digests: Sequence[str]

    @property
    def version(self) -> str:
        """Names the very lists: it changes whenever a byte of one of the files does."""
        tones = "+".join(sorted({tone.version for tone in self.tones.values()}))
        versions = (self.lexicon.version, self.requirements.version, tones)
        pairs = zip(versions, self.digests, strict=True)
        return "/".join(f"{version}-{digest}" for version, digest in pairs)


def check(
    text: str,
    *,
    signature: str = "",
    language: str,
    jurisdictions: Collection[str] = (),
    stage: str = "",
    third_party: bool = False,
    house: Mapping[str, str] = NO_HOUSE,
    lexicon: Knowledge,
) -> tuple[Finding, ...]:
    """All findings on a text, the gravest first. Places are those of the field that a finding names.

    Required content is asked for only when jurisdictions or a stage are given; a stage that is no
    reminder (an acknowledgement, a reply) asks for none. `third_party`: the lender collects for others.
    `house` has the lender's own values. A text longer than any carrier takes is refused and not read.
    Nothing is raised for any text.
    """
    if len(signature) + len(text) > LONGEST:
        start = max(0, LONGEST - len(signature))
        return (told("over_limit", "block", text, start, len(text), limit=LONGEST),)
    asked = bool(jurisdictions or stage)
    values = checks_worst.values(language) if "((" in text else None
    words = lexicon.lexicon
    listed = harsh(text, words, values)
    found = listened(text, listed, lexicon.tones, words.folding, words.reasons)
    if signature:  # it is billed and read with the text
        found += [replace(one, field="signature") for one in harsh(signature, words)]
    if unread(language):
        found.append(told("unread_language", "judge", text, 0, 0))
    found += form(
        text,
        signature=signature,
        language=language,
        jurisdictions=jurisdictions,
        house=house,
        to_be_sent=asked,
    )
    found += jargon(text, language, lexicon.requirements)
    found += checks_worst.worst(text, signature=signature, language=language, house=house)
    if asked:
        found += content(
            text,
            signature=signature,
            jurisdictions=jurisdictions,
            stage=stage or "before_due",
            requirements=lexicon.requirements,
            third_party=third_party,
        )
    return in_order(found)
