"""Sentences that compare rates: never a percentage without its n, never a cause."""

from __future__ import annotations

from content_map.domain.statistics import PERCENT_FROM_N, Interval, fraction_text, newcombe, wilson


def interval_text(count: int, n: int) -> str | None:
    """Write a rate's 95 % interval in whole percent, `27 to 40 %`; None where n is too small for percentages."""
    if n < PERCENT_FROM_N:
        return None
    low, high = wilson(count, n)
    return f"{_percent(low)} to {_percent(high)} %"


def difference_sentence(count: int, n: int, before: int, before_n: int, *, name: str) -> str:
    """Say how a share moved against an earlier one; `name` names the earlier time, such as Q2 2026.

    The interval is of the process that makes such quarters: the assets themselves are all counted.
    """
    was = f"In {name} it was {fraction_text(before, before_n)}"
    if min(n, before_n) < PERCENT_FROM_N:
        return f"{was}; below n = {PERCENT_FROM_N} no change is reckoned."
    between = newcombe(count, n, before, before_n)
    moved = f"a change of {_points(count / n - before / before_n)} (95 % interval {_range(between)})"
    return f"{was}: {moved}, {_said_of(between)}."


def _said_of(between: Interval) -> str:
    if between.low <= 0 <= between.high:
        return "which chance alone may explain"
    return "more than chance alone is likely to explain; what it is associated with, this cannot tell"


def _range(between: Interval) -> str:
    return f"{_points(between.low)} to {_points(between.high)}"


def _points(share: float) -> str:
    whole = round(100 * share)
    # A true minus, and no sign on nothing.
    sign = "+" if whole > 0 else "\u2212" if whole < 0 else ""
    return f"{sign}{abs(whole)} {'point' if abs(whole) == 1 else 'points'}"


def _percent(share: float) -> int:
    return round(100 * share)
