"""Charts as SVG, the same on the page, in print and in mail: numbers in, markup out, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from content_map.reports.drawing.columns import columns
from content_map.reports.drawing.frame import WIDTH, Drawn, framed, nothing_measured
from content_map.reports.drawing.lines import lines
from content_map.reports.drawing.matrix import matrix
from content_map.reports.drawing.scale import has_numbers
from content_map.reports.drawing.stacked import stacked
from content_map.reports.parts import Chart, ChartKind

__all__ = ["WIDTH", "chart_svg"]

_DRAW: Mapping[ChartKind, Callable[[Chart], Drawn]] = {
    ChartKind.COLUMNS: columns,
    ChartKind.STACKED: stacked,
    ChartKind.LINES: lines,
    ChartKind.MATRIX: matrix,
}


def chart_svg(chart: Chart) -> str:
    """Draw a chart as one `svg` element, escaped and safe to put into a page as it is.

    The same chart gives the same text. Light colours stand in attributes for print and mail; classes let the
    page's style sheet put its theme over them. Every mark says its number in a `title`; the finding is the `desc`.
    """
    drawn = _DRAW[chart.kind](chart) if has_numbers(chart) else nothing_measured()
    return framed(chart, drawn)
