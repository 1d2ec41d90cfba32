"""The checks of a wording, in one call: harsh words, what must be said, form, and the worst cases.

Pure and fast: a wording is checked while it is typed, and thousands can be read in a few seconds.
A list is never the last word: what it cannot decide it hands to a reviewer as `judge`, with the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from messaging.policies import checks_worst
from messaging.policies.checks_content import Requirements, content
from messaging.policies.checks_finding import Finding, Verdict, in_order, verdict
from messaging.policies.checks_form import form
from messaging.policies.checks_harsh import harsh
from messaging.policies.lexicon import Lexicon
from messaging.policies.tone import Tone, listened

__all__ = ["Finding", "Knowledge", "Verdict", "check", "verdict"]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the checks go by: the words, and what must be said where."""

    lexicon: Lexicon
    requirements: Requirements
    tones: Mapping[str, Tone]  # by language, `zh` and `en`

    @property
    def version(self) -> str:
        """Changes whenever one of the files does so in its `version`."""
        tones = "+".join(sorted({tone.version for tone in self.tones.values()}))
        return f"{self.lexicon.version}/{self.requirements.version}/{tones}"


def check(
    text: str,
    *,
    signature: str = "",
    language: str,
    jurisdictions: Collection[str] = (),
    stage: str = "",
    lexicon: Knowledge,
) -> tuple[Finding, ...]:
    """All findings on a text, the gravest first. Places are those of `text`, without its signature.

    Required content is asked for only when jurisdictions or a stage are given; a stage that is no
    reminder (an acknowledgement, a reply) asks for none. Nothing is raised for any text.
    """
    values = checks_worst.values(language) if "((" in text else None
    words = lexicon.lexicon
    listed = harsh(text, words, values)
    found = listened(text, listed, lexicon.tones, words.folding, words.reasons)
    if signature:
        # The signature is billed and read with the text, but a place in it is none in the text.
        found += [
            Finding(one.rule, one.category, one.severity, 0, 0, one.text, one.reason)
            for one in harsh(signature, words)
        ]
    found += form(text, signature=signature, language=language, jurisdictions=jurisdictions)
    found += checks_worst.worst(text, signature=signature, language=language)
    if jurisdictions or stage:
        found += content(
            text,
            signature=signature,
            jurisdictions=jurisdictions,
            stage=stage or "before_due",
            requirements=lexicon.requirements,
        )
    return in_order(found)
