"""Charts in print: the picture of the page, and its numbers in words for those who do not see it."""

from __future__ import annotations

from typing import Any

from content_map.reports.drawing import WIDTH, chart_svg
from content_map.reports.drawing.scale import measured, written
from content_map.reports.parts import Chart

_TEXT_POINTS, _MOST_POINTS = 481.0, 560.0  # the width of a page's text, and the height a picture may take
_NUMBERS_SAID = 120


def chart_content(chart: Chart) -> dict[str, Any]:
    """Give the picture, as wide as it may be without leaving the page, and what is said in its place."""
    picture = chart_svg(chart)
    height = float(picture.partition('height="')[2].partition('"')[0])
    return {
        "heading": chart.heading,
        "finding": chart.finding,
        "svg": picture,
        "alt": f"{chart.heading}. {chart.finding} {_numbers(chart)}".strip(),
        "points": round(min(_TEXT_POINTS, _MOST_POINTS * WIDTH / height), 1),
    }


def _numbers(chart: Chart) -> str:
    said = [
        f"{label}{f', {series.label}' if len(chart.series) > 1 else ''}: {written(number)}"
        for label, row in zip(chart.labels, chart.values, strict=True)
        for series, value in zip(chart.series, row, strict=True)
        if (number := measured(value)) is not None
    ]
    return "; ".join(said) if len(said) <= _NUMBERS_SAID else "The numbers are in the tables."
