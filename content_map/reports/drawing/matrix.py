"""A number for each pair: the more, the stronger the tint; where row and column are the same, a frame says so."""

from __future__ import annotations

from collections.abc import Iterator

from content_map.reports.drawing.fitting import in_lines, shortened, width
from content_map.reports.drawing.frame import MOST_ROWS, WIDTH, Drawn, and_more, label_room
from content_map.reports.drawing.markup import PLAIN, SMALL, element, label, said
from content_map.reports.drawing.scale import measured, numbers, written
from content_map.reports.drawing.tones import LINE, Tone, name_of, tones
from content_map.reports.drawing.tones import PLAIN as PLAIN_TONES
from content_map.reports.parts import Chart

_ROW, _WIDEST, _HEAD, _LINE = 30.0, 108.0, 36.0, 14.0
# Ink stays readable on the strongest tint in both themes (4.5:1, a test reckons it).
FAINTEST, STRONGEST = 0.05, 0.32


def matrix(chart: Chart) -> Drawn:
    """Draw the cells with their numbers in them, column heads above, row names at the left."""
    left = label_room(chart.labels)
    slot = min(_WIDEST, (WIDTH - left) / len(chart.series))
    most = max(0.0, *numbers(chart)) or 1.0
    drawn = list(_heads(chart, left, slot))
    y = _HEAD
    for text, row in list(zip(chart.labels, chart.values, strict=True))[:MOST_ROWS]:
        drawn.append(label(shortened(text, left - 12, PLAIN), 0, y + 19, full=text))
        for place, (tone, value) in enumerate(zip(_tints(chart), map(measured, row), strict=True)):
            name = chart.series[place].label
            drawn += _cell(f"{text}, {name}", tone, value, most, (left + place * slot, y, slot), name == text)
        y += _ROW
    left_out = max(len(chart.labels) - MOST_ROWS, 0)
    drawn.append(and_more(left_out, y + 14))
    return Drawn("".join(drawn), y + (22 if left_out else 2))


def _tints(chart: Chart) -> list[Tone]:
    """Give plain columns the same tone: a cell's tint says how much, and greys would say it too."""
    return [PLAIN_TONES[0] if tone in PLAIN_TONES else tone for tone in tones(chart)]


def _heads(chart: Chart, left: float, slot: float) -> Iterator[str]:
    for place, series in enumerate(chart.series):
        lines = in_lines(name_of(series), slot - 6, SMALL)
        for line, part in enumerate(lines):
            y = _HEAD - 8 - _LINE * (len(lines) - 1 - line)
            middle = left + (place + 0.5) * slot
            yield label(part, middle, y, full=name_of(series), anchor="middle", size=SMALL)


def _cell(
    pair: str, tone: Tone, value: float | None, most: float, place: tuple[float, float, float], is_same: bool
) -> Iterator[str]:
    x, y, slot = place
    inner = max(slot - 2, slot / 2)
    strength = None if value is None else FAINTEST + (STRONGEST - FAINTEST) * max(value, 0.0) / most
    yield element(
        "rect",
        said(f"{pair}: {'not measured' if value is None else written(value)}"),
        x=x + 1 if inner > 2 else x,
        y=y + 1,
        width=max(inner - 2, inner / 2),
        height=_ROW - 4,
        rx=2,
        fill="none" if value is None else tone.fill,
        fill_opacity=strength,
        stroke=tone.fill if is_same else LINE if value is None else None,
        class_=" ".join(_classes(tone, value, is_same)),
    )
    text = "" if value is None else written(value)
    if text and width(text, PLAIN) <= inner:
        yield label(text, x + inner / 2, y + 19, anchor="middle", strong=True)


def _classes(tone: Tone, value: float | None, is_same: bool) -> Iterator[str]:
    if value is not None:
        yield "g-fill"
    if is_same:
        yield "g-line"
    elif value is None:
        yield "g-rule"
    yield tone.class_
