"""One number a label: columns where their names fit under them, otherwise bars beside their names.

A label may have numbers of several series; those without one take no room, so that series which are measured
at one label each give every column its own tone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from content_map.reports.drawing.fitting import in_lines, shortened, width
from content_map.reports.drawing.frame import MOST_ROWS, WIDTH, Drawn, and_more, label_room, legend
from content_map.reports.drawing.markup import PLAIN, block, element, label
from content_map.reports.drawing.scale import measured, numbers, written
from content_map.reports.drawing.tones import LINE, Tone, tones
from content_map.reports.parts import Chart

_MOST_COLUMNS = 12
_PLOT, _WIDEST, _LEAST = 160.0, 64.0, 1.5
_ROW, _BAR, _VALUE_ROOM = 24.0, 14.0, 76.0


@dataclass(frozen=True, slots=True)
class _Mark:
    tone: Tone
    value: float
    title: str


def columns(chart: Chart) -> Drawn:
    """Draw columns or bars."""
    slot = WIDTH / len(chart.labels)
    fits = all(width(" ".join(each.split()), PLAIN) <= 1.8 * (slot - 8) for each in chart.labels)
    return _upright(chart) if len(chart.labels) <= _MOST_COLUMNS and fits else _lying(chart)


def _marks(chart: Chart, row: int) -> list[_Mark]:
    named = len(chart.series) > 1
    return [
        _Mark(
            tone,
            value,
            f"{chart.labels[row]}{f', {series.label}' if named else ''}: {written(value)}",
        )
        for series, tone, value in zip(
            chart.series, tones(chart), map(measured, chart.values[row]), strict=True
        )
        if value is not None
    ]


def _is_by_label(chart: Chart) -> bool:
    """Say whether no label has more than one number: then the names below say all, and no legend is needed."""
    return all(sum(value is not None for value in map(measured, row)) <= 1 for row in chart.values)


def _upright(chart: Chart) -> Drawn:
    head = Drawn("", 0) if _is_by_label(chart) else legend(chart)
    low, high = _ends(chart)
    slot = WIDTH / len(chart.labels)
    top = head.height + 18
    per_unit = _PLOT / (high - low)
    base = top + high * per_unit
    foot = top + _PLOT + (16 if low < 0 else 0)
    drawn = [head.marks, _rule(0, base, WIDTH, base)]
    for row, text in enumerate(chart.labels):
        marks = _marks(chart, row)
        drawn += _standing(marks, slot * row, slot, base, per_unit)
        for line, part in enumerate(in_lines(text, slot - 8, PLAIN)):
            y = foot + 18 + 15 * line
            drawn.append(label(part, slot * (row + 0.5), y, full=text, anchor="middle"))
    return Drawn("".join(drawn), foot + 40)


def _standing(marks: list[_Mark], x: float, slot: float, base: float, per_unit: float) -> Iterator[str]:
    if not marks:
        return
    each = min(_WIDEST, slot * 0.72 / len(marks))
    left = x + (slot - each * len(marks)) / 2
    for place, mark in enumerate(marks):
        tall = _tall(mark.value, per_unit)
        top = base - tall if mark.value >= 0 else base
        if tall:
            yield block(
                mark.tone,
                mark.title,
                x=left + place * each,
                y=top,
                width=each - (2 if len(marks) > 1 and each > 4 else 0),
                height=tall,
            )
        text = written(mark.value)
        room = slot if len(marks) == 1 else each
        if width(text, PLAIN) <= room:
            y = top - 5 if mark.value >= 0 else top + tall + 13
            middle = left + (place + 0.5) * each
            yield label(text, middle, y, anchor="middle", strong=True, full=mark.title)


def _lying(chart: Chart) -> Drawn:
    head = Drawn("", 0) if _is_by_label(chart) else legend(chart)
    low, high = _ends(chart)
    left = label_room(chart.labels)
    before = _VALUE_ROOM if low < 0 else 0.0
    per_unit = (WIDTH - left - before - _VALUE_ROOM) / (high - low)
    base = left + before - low * per_unit
    y = head.height
    drawn = [head.marks]
    for row, text in enumerate(chart.labels[:MOST_ROWS]):
        marks = _marks(chart, row)
        drawn.append(label(shortened(text, left - 12, PLAIN), 0, y + 15, full=text))
        for place, mark in enumerate(marks):
            drawn += _laid(mark, base, y + place * (_BAR + 2), per_unit)
        y += max(_ROW, len(marks) * (_BAR + 2) + 8)
    drawn.append(_rule(base, head.height, base, y))
    left_out = len(chart.labels) - MOST_ROWS
    drawn.append(and_more(max(left_out, 0), y + 14))
    return Drawn("".join(drawn), y + (22 if left_out > 0 else 4))


def _laid(mark: _Mark, base: float, y: float, per_unit: float) -> Iterator[str]:
    long = _tall(mark.value, per_unit)
    x = base if mark.value >= 0 else base - long
    if long:
        yield block(mark.tone, mark.title, x=x, y=y + 4, width=long, height=_BAR)
    text = shortened(written(mark.value), _VALUE_ROOM - 8, PLAIN)
    if mark.value >= 0:
        yield label(text, x + long + 6, y + 15, strong=True, full=mark.title)
    else:
        yield label(text, x - 6, y + 15, anchor="end", strong=True, full=mark.title)


def _tall(value: float, per_unit: float) -> float:
    """Give a length; something that is there is never drawn as nothing."""
    return max(abs(value) * per_unit, _LEAST) if value else 0.0


def _ends(chart: Chart) -> tuple[float, float]:
    values = list(numbers(chart))
    low, high = min(0.0, *values), max(0.0, *values)
    return (low, high) if high > low else (0.0, 1.0)


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=LINE, class_="g-rule")
