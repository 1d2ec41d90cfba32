"""Whole numbers as people and browsers send them: in addresses, in fields that nobody types into."""

LONGEST = 10  # digits; no row, page or count of ours has more


def whole_number(said: str) -> int | None:
    """A whole number from 1 in ASCII digits, at most ten of them; None for anything else."""
    fits = said.isascii() and said.isdecimal() and len(said) <= LONGEST
    return int(said) or None if fits else None
