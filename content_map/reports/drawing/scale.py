"""Numbers on a scale: what was measured, the steps of an axis, and how numbers are written in a picture."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor, isfinite, log10

from content_map.reports.parts import Chart

_MOST = 1e15  # beyond it a number is an accident, and adding two may be no number at all


def measured(value: float | int | None) -> float | None:
    """Give the number, or None where there is none to draw."""
    return None if value is None or not isfinite(value) or abs(value) > _MOST else float(value)


def numbers(chart: Chart) -> Iterator[float]:
    """Walk through every number there is to draw."""
    return (value for row in chart.values for value in map(measured, row) if value is not None)


def has_numbers(chart: Chart) -> bool:
    """Say whether anything was measured at all."""
    return next(numbers(chart), None) is not None


def written(value: float | int) -> str:
    """Write a number for readers: whole ones whole, others to two places."""
    if float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def steps(low: float, high: float) -> list[float]:
    """Give the ticks of an axis: round, from at or below `low` to at or above `high`, about four of them."""
    span = high - low
    if span <= 0:
        return [low, low + 1]
    step = 10 ** floor(log10(span / 4))
    step *= next(times for times in (1, 2, 5, 10) if span / (step * times) <= 5)
    first = floor(low / step)
    count = first
    ticks = [first * step]
    while ticks[-1] < high:
        count += 1
        ticks.append(count * step)
    return ticks
