"""The colours of the style sheet, read from it, hold WCAG 2.2 AA: axe cannot judge what stands in a chart."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from content_map.domain.unused import Stage
from content_map.web.charts import CLASS_FILLS
from tests.web.colours import SIGHTS, contrast, distance, lightness

TOKENS = Path(__file__).parents[2] / "content_map" / "static" / "css" / "tokens.css"
_PAIR = re.compile(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
COLOURS = {name: {"light": light, "dark": dark} for name, light, dark in _PAIR.findall(TOKENS.read_text())}

THEMES = ("light", "dark")
GROUNDS = ("surface", "canvas", "sunken", "selected", "hover")
CONVERSATIONS = ("c1", "c2", "c3", "c4", "c5")
RAMP = tuple(f"k-{stage}" for stage in Stage)

TEXT = 4.5  # WCAG 1.4.3
GRAPHICS = 3.0  # WCAG 1.4.11
APART = 0.09  # OKLab; four to five just-noticeable steps


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", ["ink", "muted", "subtle", "bad", "ok", "warn"])
def test_text_is_readable_on_every_ground(ink: str, ground: str, theme: str) -> None:
    assert contrast(COLOURS[ink][theme], COLOURS[ground][theme]) >= TEXT


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("btn-ink", "btn"),
        ("btn-ink", "btn-hover"),
        ("mark-ink", "mark"),
        ("ok", "ok-bg"),
        ("warn", "warn-bg"),
        ("bad", "bad-bg"),
        ("ink", "ok-bg"),
        ("ink", "warn-bg"),
        ("ink", "bad-bg"),
        ("ink", "avatar"),
        ("ink", "raised"),
        ("subtle", "raised"),
    ],
)
def test_text_is_readable_on_its_own_tint(ink: str, ground: str, theme: str) -> None:
    assert contrast(COLOURS[ink][theme], COLOURS[ground][theme]) >= TEXT


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("key", CONVERSATIONS)
def test_a_conversation_is_readable_as_text_and_as_a_badge(key: str, theme: str) -> None:
    colour = COLOURS[key][theme]

    # The design's own figures round to 4.5 for the worst tint of 3 and 5.
    tints = [COLOURS[f"{each}-tint"][theme] for each in CONVERSATIONS if each == key]
    grounds = [COLOURS[each][theme] for each in ("surface", "selected", "hover")]

    assert all(round(contrast(colour, ground), 1) >= TEXT for ground in (*tints, *grounds))
    assert contrast(COLOURS["on-c"][theme], colour) >= TEXT


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("key", CONVERSATIONS)
def test_the_guide_is_readable_on_every_conversations_tint(key: str, theme: str) -> None:
    tint = COLOURS[f"{key}-tint"][theme]

    assert contrast(COLOURS["ink"][theme], tint) >= TEXT
    assert contrast(COLOURS["muted"][theme], tint) >= TEXT


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("part", ["control", "focus"])
def test_borders_of_controls_and_the_focus_ring_can_be_seen(part: str, ground: str, theme: str) -> None:
    assert contrast(COLOURS[part][theme], COLOURS[ground][theme]) >= GRAPHICS


@pytest.mark.parametrize("theme", THEMES)
def test_the_focus_ring_inside_the_inverted_toast_can_be_seen(theme: str) -> None:
    assert contrast(COLOURS["focus-inverse"][theme], COLOURS["btn"][theme]) >= GRAPHICS


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("key", RAMP)
def test_every_class_of_the_diagnosis_can_be_seen_on_its_ground(key: str, theme: str) -> None:
    grounds = ("surface", "canvas", "raised")

    assert all(contrast(COLOURS[key][theme], COLOURS[ground][theme]) >= GRAPHICS for ground in grounds)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("keys", [RAMP, CONVERSATIONS], ids=["diagnosis", "conversations"])
def test_no_two_colours_of_a_set_look_alike_to_anybody(keys: tuple[str, ...], sight: str, theme: str) -> None:
    apart = [
        distance(COLOURS[one][theme], COLOURS[other][theme], sight) for one, other in combinations(keys, 2)
    ]

    assert min(apart) >= APART


@pytest.mark.parametrize("theme", THEMES)
def test_the_unused_classes_are_one_ramp_of_lightness(theme: str) -> None:
    steps = [lightness(COLOURS[key][theme]) for key in RAMP[:4]]

    assert steps == sorted(steps, reverse=theme == "dark")


def test_charts_outside_the_page_use_the_light_ramp() -> None:
    assert {str(stage): COLOURS[f"k-{stage}"]["light"] for stage in Stage} == CLASS_FILLS
