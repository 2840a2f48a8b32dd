"""Several numbers a label, side by side in the order of the series; the longest row is as wide as there is room."""

from __future__ import annotations

from collections.abc import Iterator

from content_map.reports.drawing.fitting import shortened, width
from content_map.reports.drawing.frame import MOST_ROWS, WIDTH, Drawn, and_more, label_room, legend
from content_map.reports.drawing.markup import PLAIN, SMALL, block, label
from content_map.reports.drawing.scale import measured, written
from content_map.reports.drawing.tones import tones
from content_map.reports.parts import Chart

_ROW, _BAR, _TOTAL_ROOM, GAP = 38.0, 16.0, 64.0, 2.0


def stacked(chart: Chart) -> Drawn:
    """Draw a row for each label: segments, their numbers under them where they fit, and the total at the end."""
    head = legend(chart)
    left = label_room(chart.labels)
    room = WIDTH - left - _TOTAL_ROOM
    totals = [sum(_counted(row)) for row in chart.values]
    widest = max(totals) or 1.0
    y = head.height
    drawn = [head.marks]
    for text, row, total in list(zip(chart.labels, chart.values, totals, strict=True))[:MOST_ROWS]:
        drawn.append(label(shortened(text, left - 12, PLAIN), 0, y + 13, full=text))
        drawn += _segments(chart, text, row, left, y, room / widest)
        end = left + room * total / widest
        drawn.append(_total(row, total, end, y + 13))
        y += _ROW
    left_out = max(len(chart.labels) - MOST_ROWS, 0)
    drawn.append(and_more(left_out, y + 10))
    return Drawn("".join(drawn), y + (18 if left_out else 0))


def _segments(
    chart: Chart, text: str, row: tuple[float | int | None, ...], x: float, y: float, per_unit: float
) -> Iterator[str]:
    for series, tone, value in zip(chart.series, tones(chart), _counted(row), strict=True):
        takes = value * per_unit
        if not value:
            continue
        yield block(
            tone,
            f"{text}, {series.label}: {written(value)}",
            x=x,
            y=y,
            width=max(takes - GAP, takes / 2),
            height=_BAR,
        )
        yield from _number(value, x, y + _BAR + 11, takes)
        x += takes


def _number(value: float, x: float, y: float, room: float) -> Iterator[str]:
    # Under the segment, not on it: no ink reads on every tone of both themes.
    if width(written(value), SMALL) <= room - GAP:
        yield label(written(value), x, y, size=SMALL)


def _total(row: tuple[float | int | None, ...], total: float, x: float, y: float) -> str:
    if all(measured(value) is None for value in row):
        return label("not measured", x, y, size=SMALL)
    return label(
        shortened(written(total), _TOTAL_ROOM - 8, PLAIN), x + 6, y, strong=True, full=written(total)
    )


def _counted(row: tuple[float | int | None, ...]) -> list[float]:
    """Give the lengths; a gap has none, and nothing can be less than nothing wide."""
    return [max(measured(value) or 0.0, 0.0) for value in row]
