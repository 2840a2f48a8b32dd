"""What every chart has around it: size, name, finding, and a legend where it needs one."""

from __future__ import annotations

from dataclasses import dataclass

from content_map.reports.drawing.fitting import shortened, width
from content_map.reports.drawing.markup import PLAIN, SMALL, element, label, words
from content_map.reports.drawing.tones import name_of, tones
from content_map.reports.parts import Chart

WIDTH = 720.0
MOST_ROWS = 40  # more are read in the table
LABEL_ROOM = 260.0
_SWATCH, _LEGEND_LINE = 10.0, 20.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """Marks and the height they take of a picture that is WIDTH wide."""

    marks: str
    height: float


def framed(chart: Chart, drawn: Drawn) -> str:
    """Put the marks into the element."""
    return element(
        "svg",
        element("title", words(chart.heading)),
        element("desc", words(chart.finding)),
        drawn.marks,
        xmlns="http://www.w3.org/2000/svg",
        class_="graph",
        role="img",
        viewBox=f"0 0 {WIDTH:.0f} {drawn.height:.0f}",
        width=WIDTH,
        height=round(drawn.height),
        font_family="Inter",
        font_size=PLAIN,
    )


def nothing_measured() -> Drawn:
    """Say so where there is no number at all."""
    return Drawn(label("Nothing was measured here.", 0, 18), 28)


def legend(chart: Chart) -> Drawn:
    """Name the series beside their colours, in as many lines as they need; one series needs none."""
    if len(chart.series) < 2:
        return Drawn("", 0)
    marks = []
    x, y = 0.0, 0.0
    for series, tone in zip(chart.series, tones(chart), strict=True):
        text = shortened(name_of(series), LABEL_ROOM, PLAIN)
        takes = _SWATCH + 6 + width(text, PLAIN) + 16
        if x and x + takes > WIDTH:
            x, y = 0.0, y + _LEGEND_LINE
        swatch = element(
            "rect",
            x=x,
            y=y + 3,
            width=_SWATCH,
            height=_SWATCH,
            rx=2,
            fill=tone.fill,
            class_=f"g-fill {tone.class_}",
        )
        marks += [swatch, label(text, x + _SWATCH + 6, y + 12, full=name_of(series))]
        x += takes
    return Drawn("".join(marks), y + _LEGEND_LINE + 4)


def label_room(labels: tuple[str, ...]) -> float:
    """Reckon how much room the labels at the left need."""
    widest = max((width(" ".join(each.split()), PLAIN) for each in labels), default=0.0)
    return min(widest, LABEL_ROOM) + 12


def and_more(left: int, y: float) -> str:
    """Say how many rows are not drawn."""
    return label(f"and {left} more in the table", 0, y, size=SMALL) if left else ""
