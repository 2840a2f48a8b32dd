"""The nearest of the known names, to offer where an unknown one was given."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

CLOSE_ENOUGH = 0.6


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Pick the known name most like `name`, or None when none is close; case and hyphens do not matter."""
    wanted = _plain(name)
    if not wanted:
        return None
    letters = SequenceMatcher(None, "", wanted)
    plain = ((_plain(candidate), candidate) for candidate in known)
    rated = (
        (_likeness(wanted, name), candidate)
        for name, candidate in plain
        if _may_be_close(wanted, name) and _shares_letters(letters, name)
    )
    # The smaller name wins a tie, so that the answer does not hang on the order of rows.
    best = min(
        ((-likeness, candidate) for likeness, candidate in rated if likeness >= CLOSE_ENOUGH), default=None
    )
    return None if best is None else best[1]


def edit_distance(one: str, other: str, *, at_most: int) -> int:
    """Count insertions, deletions, replacements and swaps between two words; `at_most` + 1 if more."""
    if abs(len(one) - len(other)) > at_most:
        return at_most + 1
    above: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        before, above, row = above, row, [i]
        for j, b in enumerate(other, start=1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > at_most:
            return at_most + 1
    return min(row[-1], at_most + 1)


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("-", " ").replace("_", " ").replace(":", " ").split())


def _may_be_close(one: str, other: str) -> bool:
    """Say whether their lengths allow it: a name of a hundred pages is not compared with every other."""
    return 2 * min(len(one), len(other)) >= CLOSE_ENOUGH * (len(one) + len(other))


def _shares_letters(wanted: SequenceMatcher[str], name: str) -> bool:
    """Say whether their letters allow it, in whatever order: a likeness is never above it, and costs ten times more."""
    wanted.set_seq1(name)
    return wanted.quick_ratio() >= CLOSE_ENOUGH


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()
