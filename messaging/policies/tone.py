"""The tone of a sentence: how much it reads like the harsh ones that people wrote down, and why.

Word lists cannot name what nobody listed. A logistic regression over the features of `tone_features`
can: with tf the times a feature occurs, idf its rarity in the corpus and w its learned weight,

    value(f) = idf(f) * (1 + ln tf(f)) / sqrt(calm^2 + sum over the block of (idf * (1 + ln tf))^2)
    score    = bias + sum over blocks of share(block) * sum of w(f) * value(f)

`calm` keeps a short sentence from being judged by its two or three words.

A text is read as a whole and, if it has several, sentence by sentence: a harsh sentence among kind ones
is heard either way. From a limit on, a person must say why it is right. What a list found
is only shown where all that holds it stays below by more than its `quiet`: a little for a list's doubt,
more for a word that a list is sure of, most for a pattern of who does what; and only in a text that is
long enough to tell, and never a word that blocks in a sentence of a few words. Weights and limits are data: `lexicon/tone_*.json`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log, sqrt
from typing import Any

from messaging.policies.checks_finding import Finding, Reason
from messaging.policies.checks_normalise import Folding
from messaging.policies.tone_features import (
    Concepts,
    Features,
    Sentence,
    features,
    language_of,
    plain,
    sentences,
)

SAID = 3  # words named in a reason
LISTED = ".listed"  # the rules that know a word alone, and not who does what with it
ENOUGH = {"zh": 16, "en": 64}  # characters of a text: a few words alone have no tone
SURE = {"zh": 16, "en": 32}  # characters of the sentence in which a word that blocks may be settled
ANSWERED = frozenset({"zh.money.reported"})  # rules whose findings no kind sentence settles
SILENT = 99.0  # how far below any limit a text lies that says nothing
Weights = Mapping[str, tuple[float, float]]  # feature: idf, weight


@dataclass(frozen=True, slots=True)
class Tone:
    """What was learned of one language. `alone`, `whole` and `sentence` are the scores from which a person
    must look, for a text of one sentence, a text of several, and one of those; `quiet` how far below them a finding is settled, for a `doubt`, a `word` and a `pattern`; `share`
    is the weight of each block."""

    version: str
    concepts: Concepts
    bias: float
    alone: float
    whole: float
    sentence: float
    quiet: Mapping[str, float]
    calm: float
    share: Mapping[str, float]
    weights: Mapping[str, Weights] = field(repr=False)
    categories: Mapping[str, Mapping[str, float]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Block:
    """The features of one kind that a reading holds, how often each occurs, and what the tone knows of
    them; `length` is what their sizes are divided by."""

    read: Features
    times: Mapping[str, int]
    known: Weights
    share: float
    length: float

    def value(self, name: str) -> float:
        """value(f); 0 for a feature that the tone does not know."""
        return (
            _size(self.known[name][0], self.times[name]) / self.length
            if name in self.known
            else 0.0
        )


@dataclass(frozen=True, slots=True)
class Weighed:
    """The score of a reading, the blocks it comes from, and the reading's plain form."""

    score: float
    blocks: Sequence[Block]
    plain: str

    def values(self) -> dict[str, float]:
        """The value of each feature."""
        return {
            f"{one.read.block}:{name}": one.value(name)
            for one in self.blocks
            for name in one.times
            if name in one.known
        }

    def added(self) -> dict[tuple[int, int, str], float]:
        """What each place of the plain form added to the score, by block."""
        found: dict[tuple[int, int, str], float] = {}
        for one in self.blocks:
            for name, (start, end) in zip(one.read.names, one.read.places, strict=True):
                if name in one.known:
                    part = one.share * one.known[name][1] * one.value(name) / one.times[name]
                    place = (start, end, one.read.block)
                    found[place] = found.get(place, 0.0) + part
        return found


@dataclass(frozen=True, slots=True)
class Heard:
    """A reading with its weights; `over` is how far it lies above what a person must look at."""

    reading: Sentence
    tone: Tone
    weights: Weighed
    over: float


def parse_tone(raw: Mapping[str, Any], concepts: Concepts) -> Tone:
    """What was learned, from the JSON that `tools/train_tone.py` writes. Raises KeyError, ValueError."""
    weights = {
        block: {feature: (idf / 10, weight / 100) for feature, (idf, weight) in rows.items()}
        for block, rows in raw["weights"].items()
    }
    categories = {
        name: {feature: weight / 100 for feature, weight in rows.items()}
        for name, rows in raw["categories"].items()
    }
    return Tone(
        str(raw["version"]),
        concepts,
        float(raw["bias"]),
        float(raw["alone"]),
        float(raw["whole"]),
        float(raw["sentence"]),
        {name: float(far) for name, far in raw["quiet"].items()},
        float(raw["calm"]),
        {name: float(share) for name, share in raw["share"].items()},
        weights,
        categories,
    )


def readings(text: str) -> list[Sentence]:
    """The text as a whole, then, if there are several, its sentences; none where it says nothing."""
    alone = sentences(text)
    if len(alone) < 2:
        return alone
    return [Sentence(text[alone[0].start : alone[-1].end], alone[0].start, alone[-1].end), *alone]


def weighed(found: Sequence[Finding], reading: Sentence, tone: Tone, folding: Folding) -> Weighed:
    """The weights of a reading; `found` is what the lists found in the whole text."""
    rules = [
        f"{one.rule}:{one.severity}"
        for one in found
        if one.start < reading.end and reading.start < one.end
    ]
    text = plain(reading.text, folding)
    score = tone.bias
    blocks = []
    for read in features(text, rules, tone.concepts):
        share, known = tone.share.get(read.block, 0.0), tone.weights.get(read.block, {})
        times = Counter(read.names)
        squares, worth = tone.calm * tone.calm, 0.0
        for name, count in times.items():
            if name in known:
                idf, weight = known[name]
                size = _size(idf, count)
                squares += size * size
                worth += size * weight
        length = sqrt(squares)
        score += share * worth / length
        blocks.append(Block(read, times, known, share, length))
    return Weighed(score, blocks, text)


def _size(idf: float, count: int) -> float:
    return idf * (1 + log(count)) if count > 1 else idf


def loudness(
    found: Sequence[Finding], text: str, tones: Mapping[str, Tone], folding: Folding
) -> float:
    """How far the worst reading lies above (or below 0) what a person must look at."""
    return max((one.over for one in _heard(found, text, tones, folding)), default=-SILENT)


def listened(
    text: str,
    found: Sequence[Finding],
    tones: Mapping[str, Tone],
    folding: Folding,
    reasons: Mapping[str, Reason],
) -> list[Finding]:
    """What the lists found, with the tone heard: doubts settled, and what no list names added."""
    heard = _heard(found, text, tones, folding)
    kept = [_settled(one, heard, reasons) for one in found]
    if any(one.over >= 0 for one in heard) and all(one.severity == "tip" for one in kept):
        kept.append(_loudest(text, heard, reasons))
    return kept


def _heard(
    found: Sequence[Finding], text: str, tones: Mapping[str, Tone], folding: Folding
) -> list[Heard]:
    heard = []
    read = readings(text)
    for place, reading in enumerate(read):
        tone = tones[language_of(reading.text)]
        weights = weighed(found, reading, tone, folding)
        limit = tone.sentence if place else tone.whole if len(read) > 1 else tone.alone
        heard.append(Heard(reading, tone, weights, weights.score - limit))
    return heard


def _settled(one: Finding, heard: list[Heard], reasons: Mapping[str, Reason]) -> Finding:
    """A finding becomes a tip where all that holds it reads kindly.

    Kind texts say such words too, to deny them, to warn of fraud, in names.
    """
    around = [
        each for each in heard if one.start < each.reading.end and each.reading.start < one.end
    ]
    if one.severity == "tip" or one.rule in ANSWERED or not around:
        return one
    listed = one.rule.endswith(LISTED)
    sort = "word" if listed else "doubt" if one.severity == "judge" else "pattern"
    if any(each.over >= -each.tone.quiet[sort] for each in around):
        return one
    if all(_shorter(each, ENOUGH) for each in around):
        return one
    # "We will sue you." says all by itself, however kind the rest is.
    if one.severity == "block" and any(_shorter(each, SURE) for each in around):
        return one
    # A legal step or the credit record stays named as such: it may need a second approval.
    sensitive = one.reason in (reasons["legal_step"], reasons["credit_record"])
    return replace(one, severity="tip", reason=one.reason if sensitive else reasons["quiet"])


def _shorter(one: Heard, than: Mapping[str, int]) -> bool:
    return len(one.weights.plain) < than[one.tone.concepts.language]


def _loudest(text: str, heard: list[Heard], reasons: Mapping[str, Reason]) -> Finding:
    """The finding on the sentence that reads harshest, with its likeliest category and its words."""
    one = max(heard[1:] or heard, key=lambda each: each.weights.score)
    values, tone = one.weights.values(), one.tone
    likeness = {
        name: rows.get("", 0.0)
        + sum(rows[feature] * value for feature, value in values.items() if feature in rows)
        for name, rows in tone.categories.items()
    }
    category = max(likeness, key=lambda name: (likeness[name], name))
    words = _heaviest(one.weights, tone.concepts.language)
    start, end = one.reading.start, one.reading.end
    return Finding(
        f"tone.{category}",
        category,
        "judge",
        start,
        end,
        text[start:end],
        _said(reasons[f"tone_{category}"], words),
    )


def _said(reason: Reason, words: tuple[str, ...]) -> Reason:
    en = ", ".join(f"“{one}”" for one in words)
    zh = "、".join(f"“{one}”" for one in words)
    return replace(reason, en=reason.en.replace("WORDS", en), zh=reason.zh.replace("WORDS", zh))


def _heaviest(weights: Weighed, language: str) -> tuple[str, ...]:
    """The words that added most to the score, as they stand in the plain sentence; at least one."""
    added, text = weights.added(), weights.plain
    whole = ("words", "concepts") if language == "en" else ("letters", "concepts")
    places: dict[tuple[int, int], float] = {}
    for (start, end, block), part in added.items():
        start, end = max(0, start), min(len(text), end)
        if block in whole and 1 < end - start <= 30 and text[start:end].strip():
            places[start, end] = places.get((start, end), 0.0) + part
    taken: list[tuple[int, int]] = []
    for start, end in sorted(places, key=lambda place: (-places[place], place)):
        if places[start, end] <= 0 and taken:
            break
        if not any(start < last and first < end for first, last in taken):
            taken.append((start, end))
        if len(taken) == SAID:
            break
    return tuple(text[start:end].strip(" ,.，。") for start, end in sorted(taken)) or (text[:20],)
