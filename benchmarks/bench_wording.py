"""Wordings checked for all they are checked for, one core, warm; the limit is 2,000 texts a second."""

import json
import time
from pathlib import Path

from benchmarks.measure import Figure, report
from messaging.data import wording_knowledge
from messaging.policies.checks import check
from messaging.policies.parts import count

DATA = Path(__file__).resolve().parent.parent / "messaging" / "tests" / "data"
ROUNDS = 5
PER_TEXT = {"check": 1 / 2_000, "count": 1 / 100_000}  # seconds


def main() -> None:
    """Time the checks and the count of parts over the wordings of the tests."""
    texts = [
        (row["text"], row["language"])
        for path in sorted(DATA.glob("wordings_*_*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
        if (row := json.loads(line))
    ] * 4
    knowledge = wording_knowledge()
    rounds: dict[str, list[tuple[float, float]]] = {"check": [], "count": []}
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        for text, language in texts:
            check(text, language=language, lexicon=knowledge)
        middle = time.perf_counter()
        for text, _language in texts:
            count(text)
        end = time.perf_counter()
        rounds["check"].append((middle - start, len(texts) * PER_TEXT["check"]))
        rounds["count"].append((end - middle, len(texts) * PER_TEXT["count"]))
    report(
        [
            Figure("wordings checked", "s", rounds["check"][1:], len(texts), "2,000 a second"),
            Figure("parts counted", "s", rounds["count"][1:], len(texts), "100,000 a second"),
        ]
    )


if __name__ == "__main__":
    main()
