"""Series over points in time: each line is named at its end, and a gap stays a gap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from content_map.reports.drawing.fitting import shortened, width
from content_map.reports.drawing.frame import LABEL_ROOM, WIDTH, Drawn
from content_map.reports.drawing.markup import PLAIN, SMALL, element, label, number, said
from content_map.reports.drawing.scale import measured, numbers, steps, written
from content_map.reports.drawing.tones import LINE, SURFACE, Tone, name_of, tones
from content_map.reports.parts import Chart

_PLOT, _TOP, _NAME_LINE, _DOT = 180.0, 10.0, 15.0, 3.0


@dataclass(frozen=True, slots=True)
class _Field:
    """The rectangle that is drawn in, and the numbers at its lower and upper edge."""

    left: float
    right: float
    height: float
    low: float
    high: float
    points: int

    def x(self, place: int) -> float:
        if self.points == 1:
            return (self.left + self.right) / 2
        return self.left + (self.right - self.left) * place / (self.points - 1)

    def y(self, value: float) -> float:
        return _TOP + self.height * (self.high - value) / (self.high - self.low)


def lines(chart: Chart) -> Drawn:
    """Draw the lines over an axis that holds zero."""
    values = list(numbers(chart))
    ticks = steps(min(0.0, *values), max(0.0, *values))
    tick_room = max(width(written(tick), SMALL) for tick in ticks) + 8
    names = max(width(name_of(series), PLAIN) for series in chart.series)
    field = _Field(
        left=tick_room + _DOT,
        right=WIDTH - min(names, LABEL_ROOM) - 16,
        height=max(_PLOT, _NAME_LINE * len(chart.series)),
        low=ticks[0],
        high=ticks[-1],
        points=len(chart.labels),
    )
    drawn = [_axis(field, ticks), *_points_in_time(chart, field)]
    for place, tone in enumerate(tones(chart)):
        drawn += _line(chart, place, tone, field)
    drawn += _names(chart, field)
    return Drawn("".join(drawn), _TOP + field.height + 30)


def _axis(field: _Field, ticks: list[float]) -> str:
    parts = []
    for tick in ticks:
        y = field.y(tick)
        parts.append(element("line", x1=field.left, y1=y, x2=field.right, y2=y, stroke=LINE, class_="g-rule"))
        parts.append(label(written(tick), field.left - _DOT - 6, y + 4, anchor="end", size=SMALL))
    return "".join(parts)


def _points_in_time(chart: Chart, field: _Field) -> Iterator[str]:
    """Name as many points as have room, always the last one, which is read first."""
    between = (field.right - field.left) / max(len(chart.labels) - 1, 1)
    texts = [shortened(each, 90, SMALL) for each in chart.labels]
    widest = max(width(each, SMALL) for each in texts) + 10
    every = max(1, int(-(-widest // between)))
    for place in range(len(texts) - 1, -1, -every):
        x = field.x(place)
        half = width(texts[place], SMALL) / 2
        x = min(max(x, half), WIDTH - half)
        yield label(
            texts[place],
            x,
            _TOP + field.height + 20,
            full=chart.labels[place],
            anchor="middle",
            size=SMALL,
        )


def _line(chart: Chart, place: int, tone: Tone, field: _Field) -> Iterator[str]:
    for run in _runs([measured(row[place]) for row in chart.values]):
        if len(run) > 1:
            yield element(
                "polyline",
                points=" ".join(f"{number(field.x(at))},{number(field.y(value))}" for at, value in run),
                fill="none",
                stroke=tone.fill,
                stroke_width=2,
                stroke_dasharray=tone.dash,
                stroke_linejoin="round",
                class_=f"g-line {tone.class_}",
            )
        for at, value in run:
            yield element(
                "circle",
                said(f"{chart.labels[at]}, {chart.series[place].label}: {written(value)}"),
                cx=field.x(at),
                cy=field.y(value),
                r=_DOT,
                fill=tone.fill,
                stroke=SURFACE,
                class_=f"g-fill g-dot {tone.class_}",
            )


def _runs(values: list[float | None]) -> Iterator[list[tuple[int, float]]]:
    """Split at the gaps."""
    run: list[tuple[int, float]] = []
    for at, value in enumerate(values):
        if value is not None:
            run.append((at, value))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _names(chart: Chart, field: _Field) -> Iterator[str]:
    """Name each line where it ends, moved just enough that no two names lie on each other."""
    ends = []
    for place, series in enumerate(chart.series):
        last = next(
            (value for row in reversed(chart.values) if (value := measured(row[place])) is not None), None
        )
        if last is not None:
            ends.append((field.y(last), place, name_of(series)))
    ends.sort()
    floor = _TOP + field.height
    room = WIDTH - field.right - 12
    lowest = 0.0
    for rank, (wanted, _place, text) in enumerate(ends):
        highest = floor - _NAME_LINE * (len(ends) - 1 - rank)
        y = min(max(wanted, lowest), highest)
        lowest = y + _NAME_LINE
        yield label(shortened(text, room, PLAIN), field.right + 8, y + 4, full=text, strong=True)
