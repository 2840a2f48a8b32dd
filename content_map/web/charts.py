"""Where the pieces of a chart stand: counts in, coordinates out, so that templates only draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from content_map.domain.unused import Stage

CLASSES = tuple(Stage)
# The light theme's ramp of tokens.css, for places that page styles do not reach (print to PDF, mail).
CLASS_FILLS: Mapping[str, str] = dict(
    zip(CLASSES, ("#491300", "#6d3518", "#a54700", "#c27854", "#738294", "#585e65"), strict=True)
)
COLUMN_HEIGHT = 72.0
LEAST_HEIGHT = 2.0


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of a stacked row; `x` and `width` in hundredths of the widest row."""

    n: int
    x: float
    width: float
    key: Stage


def stacked(counts: Mapping[Stage, int], widest: int) -> tuple[Segment, ...]:
    """Lay the classes side by side in their fixed order; `widest` is the total of the longest row."""
    if widest <= 0:
        return ()
    placed: list[Segment] = []
    x = 0.0
    for key in CLASSES:
        width = 100.0 * counts.get(key, 0) / widest
        placed.append(Segment(counts.get(key, 0), round(x, 3), round(width, 3), key))
        x += width
    return tuple(placed)


def column(n: int, most: int) -> tuple[float, float]:
    """The top and height of one column; something that is there is never drawn as nothing."""
    if n <= 0 or most <= 0:
        return COLUMN_HEIGHT - 1.0, 1.0
    height = max(LEAST_HEIGHT, COLUMN_HEIGHT * n / most)
    return round(COLUMN_HEIGHT - height, 2), round(height, 2)
