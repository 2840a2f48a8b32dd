"""The colours of marks: a class for pages, whose style sheet knows the theme, and the light colour for print.

The colours are those of static/css/tokens.css; a test compares them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from content_map.domain.conversations import CONVERSATIONS
from content_map.domain.unused import Stage
from content_map.reports.parts import Chart, Series

INK, MUTED, LINE, SURFACE = "#17181a", "#4f5157", "#e6e6e2", "#ffffff"


@dataclass(frozen=True, slots=True)
class Tone:
    """A colour: `class_` for the page, `fill` where no style sheet reaches. `dash` tells plain lines apart."""

    class_: str
    fill: str
    dash: str | None = None


STAGE_FILLS: Mapping[Stage, str] = dict(
    zip(Stage, ("#491300", "#6d3518", "#a54700", "#c27854", "#738294", "#585e65"), strict=True)
)
CONVERSATION_FILLS = ("#2b44a3", "#80154d", "#007a75", "#8a5106", "#8b46df")
# Hues mean conversations and classes; everything else is told apart by greys, dashes and words.
PLAIN = (
    Tone("g-p0", "#4f5157"),
    Tone("g-p1", "#8b8b84", "6 3"),
    Tone("g-p2", "#17181a", "2 3"),
)

_NAMED = {
    **{stage.value: Tone(f"k-{stage.value}", fill) for stage, fill in STAGE_FILLS.items()},
    **{
        each.key.value: Tone(f"c{each.number}", fill)
        for each, fill in zip(CONVERSATIONS, CONVERSATION_FILLS, strict=True)
    },
}


_NUMBERS = {each.key.value: each.number for each in CONVERSATIONS}


def name_of(series: Series) -> str:
    """Name a series; a conversation with its number, because its hue alone says nothing to some."""
    number = _NUMBERS.get(series.tone)
    return series.label if number is None else f"{number} {series.label}"


def tones(chart: Chart) -> list[Tone]:
    """Give each series its tone; plain ones take turns."""
    plain = 0
    given = []
    for series in chart.series:
        tone = _NAMED.get(series.tone)
        if tone is None:
            tone = PLAIN[plain % len(PLAIN)]
            plain += 1
        given.append(tone)
    return given
