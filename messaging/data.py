"""Reads the data files of messaging once a process and hands them to the pure policies."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path

from messaging.policies.checks import Knowledge
from messaging.policies.checks_content import parse_requirements
from messaging.policies.lexicon import parse_lexicon
from messaging.policies.replies import Keywords, parse_keywords
from messaging.policies.rulebook import Limit, RulebookError, parse_rulebook
from messaging.policies.tone import Tone, parse_tone
from messaging.policies.tone_features import parse_concepts

HERE = Path(__file__).resolve().parent


def rulebook_limits() -> list[Limit]:
    """Every limit of every rulebook file, in file order. Raises `RulebookError` for a bad file."""
    return list(_limits())


@cache
def _limits() -> tuple[Limit, ...]:
    limits: list[Limit] = []
    owners: dict[tuple[str, str], str] = {}
    for path in sorted((HERE / "rulebooks").glob("*.toml")):
        rows = parse_rulebook(_read(path), path.name)
        for key in {(row.rule, row.kind) for row in rows}:
            if key in owners:
                raise RulebookError(
                    f"{path.name}, rule {key[0]}, field id: {owners[key]} has it too"
                )
            owners[key] = path.name
        limits += rows
    return tuple(limits)


@cache
def reply_keywords() -> Keywords:
    """The words by which replies are understood. Raises ValueError for a bad file."""
    return parse_keywords(_read(HERE / "lexicon" / "replies.toml"))


@cache
def wording_knowledge() -> Knowledge:
    """What the checks of wordings know. Raises ValueError for a bad file."""
    folder = HERE / "lexicon"
    tables = sorted(
        [*folder.glob("harsh_*"), *folder.glob("innocent_*"), *folder.glob("spelled_*")]
    )
    lexicon = parse_lexicon(
        _read(folder / "folding.toml"),
        _read(folder / "reasons.toml"),
        [_read(path) for path in tables],
    )
    tones = {language: _tone(language) for language in ("en", "zh")}
    words = [folder / "folding.toml", folder / "reasons.toml", *tables]
    learned = sorted([*folder.glob("concepts_*"), *folder.glob("tone_*")])
    asked = folder / "content.toml"
    digests = [_digest(words), _digest([asked]), _digest(learned)]
    return Knowledge(lexicon, parse_requirements(_read(asked)), tones, digests)


def _digest(paths: Iterable[Path]) -> str:
    """The first 8 hexadecimal digits of the SHA-256 of files, one after the other."""
    return sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:8]


def _tone(language: str) -> Tone:
    concepts = parse_concepts(_read(HERE / "lexicon" / f"concepts_{language}.toml"))
    learned = (HERE / "lexicon" / f"tone_{language}.json").read_text(encoding="utf-8")
    return parse_tone(json.loads(learned), concepts)


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise RulebookError(f"{path.name}: {error}") from error
