"""Wordings checked for all they are checked for, rendered, and counted in parts; one core, warm.

The limits are goals of this product: 2,000 texts a second checked, 200,000 rendered from formatted
values, 200,000 counted.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import Figure, report
from messaging.data import wording_knowledge
from messaging.policies import checks_worst
from messaging.policies.checks import check
from messaging.policies.parts import count
from messaging.policies.wording import PLACEHOLDERS, placeholders, render

DATA = Path(__file__).resolve().parent.parent / "messaging" / "tests" / "data"
ROUNDS = 5


def main() -> None:
    """Time each act over the wordings of the tests."""
    texts = [
        (row["text"], row["language"])
        for path in sorted(DATA.glob("wordings_*_*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
        if (row := json.loads(line)) and set(placeholders(row["text"])) <= PLACEHOLDERS.keys()
    ] * 4
    knowledge = wording_knowledge()
    values = {language: checks_worst.values(language) for _text, language in texts}

    def checked() -> None:
        for text, language in texts:
            check(text, language=language, lexicon=knowledge)

    def rendered() -> None:
        for text, language in texts:
            render("", text, values[language])

    def counted() -> None:
        for text, _language in texts:
            count(text)

    report(
        [
            _timed("wordings checked", checked, len(texts), 2_000),
            _timed("wordings rendered", rendered, len(texts), 200_000),
            _timed("parts counted", counted, len(texts), 200_000),
        ]
    )


def _timed(what: str, act: Callable[[], None], texts: int, a_second: int) -> Figure:
    """The rounds of one act after a first that warms it up; the limit is the time the goal allows."""
    rounds = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        act()
        rounds.append((time.perf_counter() - start, texts / a_second))
    return Figure(what, "s", rounds[1:], texts, f"{a_second:,} a second")


if __name__ == "__main__":
    main()
