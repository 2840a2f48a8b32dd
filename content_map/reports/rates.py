"""Rates in words: their uncertainty, and how they differ from another time's. Nothing is said below n = 10."""

from __future__ import annotations

from content_map.domain.statistics import PERCENT_FROM_N, newcombe, wilson
from content_map.reports.parts import Definition, Fraction

INTERVAL = Definition(
    "Likely range",
    "Wilson’s 95 % interval of the share: what the same way of working would give again. Below n = 10 none is given.",
)
DIFFERENCE = Definition(
    "Difference",
    "In percentage points to the quarter before, with Newcombe’s 95 % interval. A range that holds 0 is no finding.",
)
_ONE = ("+1", "−1")


def range_text(share: Fraction) -> str | None:
    """Write the Wilson interval as `21 % to 41 %`; None below n = 10."""
    if share.n < PERCENT_FROM_N:
        return None
    low, high = wilson(share.part, share.n)
    return f"{_percent(low)} % to {_percent(high)} %"


def difference_text(share: Fraction, before: Fraction) -> str | None:
    """Write the difference with Newcombe's interval as `+12 points (-3 to +27)`; None below n = 10 on either side."""
    if min(share.n, before.n) < PERCENT_FROM_N:
        return None
    difference = share.part / share.n - before.part / before.n
    low, high = newcombe(share.part, share.n, before.part, before.n)
    said = _points(difference)
    return f"{said} {'point' if said in _ONE else 'points'} ({_points(low)} to {_points(high)})"


def counted_as(n: int, noun: str) -> str:
    """Write a count with its noun: 1 use, 2 uses."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def _percent(rate: float) -> int:
    return int(100 * rate + 0.5)


def _points(difference: float) -> str:
    points = round(100 * difference)
    return "0" if points == 0 else f"{points:+d}".replace("-", "−")
