"""Charts: well formed whatever they hold, true to their numbers, and inside their own picture."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from content_map.domain.conversations import CONVERSATIONS
from content_map.domain.unused import Stage
from content_map.reports.drawing import WIDTH, chart_svg
from content_map.reports.drawing.fitting import shortened, width
from content_map.reports.drawing.matrix import STRONGEST
from content_map.reports.drawing.tones import (
    CONVERSATION_FILLS,
    INK,
    LINE,
    MUTED,
    PLAIN,
    STAGE_FILLS,
    SURFACE,
)
from content_map.reports.parts import Chart, ChartKind, Series
from tests.web.colours import contrast

pytestmark = pytest.mark.once

SVG = "{http://www.w3.org/2000/svg}"
TOKENS = Path(__file__).parents[2] / "content_map" / "static" / "css" / "tokens.css"
_TONES = st.sampled_from(
    [*(each.value for each in Stage), *(each.key.value for each in CONVERSATIONS), "plain"]
)
_VALUES = st.none() | st.integers(-5, 50) | st.floats(-1e16, 1e16) | st.sampled_from([0, 1, float("inf")])


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    labels = draw(st.lists(st.text(max_size=40), max_size=45))
    series = draw(st.lists(st.builds(Series, st.text(max_size=8), st.text(max_size=40), _TONES), max_size=5))
    row = st.lists(_VALUES, min_size=len(series), max_size=len(series)).map(tuple)
    rows = draw(st.lists(row, min_size=len(labels), max_size=len(labels)))
    kind = draw(st.sampled_from(ChartKind))
    return Chart("c", draw(st.text()), kind, draw(st.text()), tuple(labels), tuple(series), tuple(rows))


@given(charts())
@settings(max_examples=80, deadline=None)
def test_any_chart_is_one_picture_with_a_name_and_everything_inside_it(chart: Chart) -> None:
    text = chart_svg(chart)

    picture = etree.fromstring(text.encode())
    _, _, wide, high = map(float, picture.get("viewBox", "").split())
    assert (picture.tag, picture.get("role")) == (f"{SVG}svg", "img")
    assert [each.tag for each in picture[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert not re.search(r"\s(style|on\w+|href)=|<script|<style", re.sub(r">[^<]*<|\"[^\"]*\"", "><", text))
    for left, top, right, bottom in map(_extent, picture.iter()):
        assert -0.05 <= left <= right <= wide + 0.05
        assert -0.05 <= top <= bottom <= high + 0.05
    assert text == chart_svg(chart)


def _extent(mark: etree._Element) -> tuple[float, float, float, float]:
    at = {key: float(value) for key, value in mark.items() if re.fullmatch(r"-?[\d.]+", str(value))}
    match etree.QName(mark).localname:
        case "rect":
            return at["x"], at["y"], at["x"] + at["width"], at["y"] + at["height"]
        case "line":
            return at["x1"], at["y1"], at["x2"], at["y2"]
        case "circle":
            return at["cx"] - at["r"], at["cy"] - at["r"], at["cx"] + at["r"], at["cy"] + at["r"]
        case "polyline":
            points = [tuple(map(float, each.split(","))) for each in (mark.get("points") or "").split()]
            xs, ys = [each[0] for each in points], [each[1] for each in points]
            return min(xs), min(ys), max(xs), max(ys)
        case "text":
            shown = "".join(mark.xpath("text()"))  # without the title inside it
            takes = width(shown, at["font-size"])
            before = {"middle": 0.5, "end": 1.0}.get(mark.get("text-anchor") or "", 0.0) * takes
            return at["x"] - before, at["y"] - at["font-size"], at["x"] - before + takes, at["y"]
        case _:
            return 0, 0, 0, 0


def _chart(
    kind: ChartKind, labels: list[str], series: list[Series], *rows: tuple[float | None, ...]
) -> Chart:
    return Chart("c", "Heading", kind, "The finding.", tuple(labels), tuple(series), rows)


def _marks(chart: Chart, tag: str) -> list[etree._Element]:
    picture = etree.fromstring(chart_svg(chart).encode())
    return [each for each in picture.iter(f"{SVG}{tag}") if each.find(f"{SVG}title") is not None]


def _said(mark: etree._Element) -> str:
    return mark.findtext(f"{SVG}title") or ""


def test_columns_are_as_tall_as_their_numbers() -> None:
    chart = _chart(ChartKind.COLUMNS, ["Q1", "Q2", "Q3"], [Series("n", "Uses")], (10,), (20,), (None,))

    tall = {_said(each): float(each.get("height", "")) for each in _marks(chart, "rect")}

    assert set(tall) == {"Q1: 10", "Q2: 20"}
    assert tall["Q2: 20"] == pytest.approx(2 * tall["Q1: 10"])


def test_names_too_long_to_stand_under_columns_turn_them_into_bars() -> None:
    names = [f"A pain that takes a whole sentence to describe, number {each}" for each in range(9)]
    chart = _chart(ChartKind.COLUMNS, names, [Series("n", "Accounts")], *((each,) for each in range(9)))

    wide = {_said(each): float(each.get("width", "")) for each in _marks(chart, "rect")}

    assert wide[f"{names[8]}: 8"] == pytest.approx(4 * wide[f"{names[2]}: 2"], rel=0.01)
    assert f"{names[0]}: 0" not in wide


def test_segments_lie_side_by_side_in_proportion_with_a_gap_between_them() -> None:
    series = [Series(stage.value, stage.value, stage.value) for stage in Stage]
    chart = _chart(ChartKind.STACKED, ["All", "Half"], series, (4, 0, 4, 4, 4, 4), (2, 2, 2, 2, 2, None))

    rows: dict[str, list[etree._Element]] = {"All": [], "Half": []}
    for each in _marks(chart, "rect"):
        rows[_said(each).partition(",")[0]].append(each)

    assert [(each.get("class") or "").split()[-1] for each in rows["All"]] == [
        f"k-{stage}" for stage in Stage if stage is not Stage.BARELY_SURFACED
    ]
    first, second = rows["All"][:2]
    step = float(second.get("x", "")) - float(first.get("x", ""))
    assert step - float(first.get("width", "")) == pytest.approx(2, abs=0.02)
    half = float(rows["Half"][1].get("x", "")) - float(rows["Half"][0].get("x", ""))
    assert step == pytest.approx(2 * half, abs=0.02)


def test_a_gap_interrupts_a_line_and_a_lone_point_is_a_dot() -> None:
    labels = [f"2026-W{week:02}" for week in range(1, 6)]
    series = [Series("reached", "Reached"), Series("held", "Held")]
    rows = ((1, None), (2, None), (None, 4), (3, None), (4, None))

    picture = etree.fromstring(chart_svg(_chart(ChartKind.LINES, labels, series, *rows)).encode())

    assert len(picture.findall(f".//{SVG}polyline")) == 2
    assert len(picture.findall(f".//{SVG}circle")) == 5
    assert {"Reached", "Held"} <= {each.text for each in picture.iter(f"{SVG}text")}


def test_a_cell_says_its_pair_and_nothing_measured_is_not_nought() -> None:
    series = [Series(each.key.value, each.short, each.key.value) for each in CONVERSATIONS[:2]]
    labels = [each.short for each in CONVERSATIONS[:2]]

    cells = _marks(_chart(ChartKind.MATRIX, labels, series, (3, 0), (None, 6)), "rect")

    assert [_said(each) for each in cells] == [
        "Point of View, Point of View: 3",
        "Point of View, Right People: 0",
        "Right People, Point of View: not measured",
        "Right People, Right People: 6",
    ]
    assert [each.get("fill-opacity") for each in cells][2:] == [None, str(STRONGEST)]


@pytest.mark.parametrize("kind", ChartKind)
def test_a_chart_without_a_number_says_so(kind: ChartKind) -> None:
    nothing = _chart(kind, ["Q1"], [Series("n", "Uses")], (None,))

    assert "Nothing was measured here." in chart_svg(nothing)


@pytest.mark.parametrize("kind", ChartKind)
def test_a_chart_of_noughts_shows_noughts(kind: ChartKind) -> None:
    picture = chart_svg(_chart(kind, ["Q1", "Q2"], [Series("n", "Uses")], (0,), (0,)))

    assert ">0<" in picture


def test_a_long_label_keeps_its_full_text_as_a_title() -> None:
    name = "Harbour & Vale <Limited> " * 9
    chart = _chart(ChartKind.STACKED, [name], [Series("n", "Uses")], (3,))

    label = next(each for each in etree.fromstring(chart_svg(chart).encode()).iter(f"{SVG}text") if len(each))

    assert _said(label) == name
    assert "".join(label.xpath("text()")).endswith("…")


@given(st.text(), st.floats(0, WIDTH))
def test_what_was_shortened_fits(text: str, room: float) -> None:
    assert width(shortened(text, room, 12), 12) <= room + 1e-9


def test_the_colours_are_those_of_the_light_theme() -> None:
    light = dict(re.findall(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),", TOKENS.read_text()))

    assert {stage: light[f"k-{stage}"] for stage in Stage} == STAGE_FILLS
    assert tuple(light[f"c{n}"] for n in range(1, 6)) == CONVERSATION_FILLS
    assert [light[name] for name in ("ink", "muted", "line", "surface")] == [INK, MUTED, LINE, SURFACE]
    assert [light[name] for name in ("muted", "control", "ink")] == [each.fill for each in PLAIN]


@pytest.mark.parametrize("theme", [0, 1])
def test_a_number_is_readable_on_the_strongest_tint(theme: int) -> None:
    pairs = re.findall(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", TOKENS.read_text())
    colours = {name: both[theme] for name, *both in pairs}
    marks = (
        [colours[f"c{n}"] for n in range(1, 6)]
        + [colours[f"k-{each}"] for each in Stage]
        + [colours["muted"]]
    )

    tints = [_mixed(mark, colours["surface"], STRONGEST) for mark in marks]

    assert min(contrast(colours["ink"], tint) for tint in tints) >= 4.5


def _mixed(over: str, under: str, share: float) -> str:
    pairs = zip(bytes.fromhex(over[1:]), bytes.fromhex(under[1:]), strict=True)
    return "#" + bytes(round(share * top + (1 - share) * below) for top, below in pairs).hex()
