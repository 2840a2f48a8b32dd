"""How pages write sizes and shares, what they trust of a passage, and where a chart's pieces stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from content_map.config import Settings
from content_map.domain.unused import Stage
from content_map.web import charts, chrome, formats


@pytest.fixture
def british(now: datetime) -> Iterator[None]:
    """A request of somebody in London, without a database."""
    app = Flask("content_map")
    app.extensions["clock"] = lambda: now
    chrome.install(app, Settings(), lambda: "")
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("size_bytes", "written"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (640_000, "640 kB"),
        (3_240_000, "3.2 MB"),
        (1_190_000_000, "1.2 GB"),
    ],
)
@pytest.mark.usefixtures("british")
def test_size_is_written_in_the_unit_a_person_would_choose(size_bytes: int, written: str) -> None:
    assert formats.file_size(size_bytes) == written


@pytest.mark.parametrize(
    ("part", "whole", "written"), [(3, 9, "3 of 9"), (1, 10, "10 %, 1 of 10"), (61, 184, "33 %, 61 of 184")]
)
@pytest.mark.usefixtures("british")
def test_share_never_stands_without_its_n_and_below_ten_is_a_fraction(
    part: int, whole: int, written: str
) -> None:
    assert formats.share(part, whole) == written


@pytest.mark.parametrize(
    ("passed", "written"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=1), "yesterday"),
        (timedelta(days=6), "6 days ago"),
        (timedelta(days=8), "13 Nov 2026"),
    ],
)
@pytest.mark.usefixtures("british")
def test_instant_is_relative_for_a_week(now: datetime, passed: timedelta, written: str) -> None:
    assert f">{written}</time>" in formats.ago(now - passed)


def test_passage_keeps_its_marks_and_nothing_else() -> None:
    found = formats.passage("<mark>rolled</mark> &amp; <b>back</b> &lt;script&gt;")

    assert found == "<mark>rolled</mark> &amp; &lt;b&gt;back&lt;/b&gt; &lt;script&gt;"


@given(st.text())
def test_no_passage_brings_a_tag_of_its_own(text: str) -> None:
    left = re.sub(r"</?mark>", "", formats.passage(text))

    assert "<" not in left
    assert ">" not in left


@pytest.mark.parametrize(
    ("name", "letters"), [("Priya Nair", "PN"), ("Ana María de la Cruz", "AC"), ("ada", "A")]
)
def test_initials_are_those_of_the_first_and_the_last_word(name: str, letters: str) -> None:
    assert formats.initials(name) == letters


counts = st.fixed_dictionaries({stage: st.integers(0, 5000) for stage in Stage})


@given(counts, st.integers(0, 5000))
def test_segments_of_a_row_touch_and_end_at_its_share(counted: dict[Stage, int], more: int) -> None:
    total = sum(counted.values())
    segments = charts.stacked(counted, total + more)

    for one, following in pairwise(segments):
        assert one.x + one.width == pytest.approx(following.x, abs=0.01)
    if segments:
        assert segments[-1].x + segments[-1].width == pytest.approx(100 * total / (total + more), abs=0.01)


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_column_stands_on_the_ground_and_within_its_frame(n: int, more: int) -> None:
    y, height = charts.column(n, n + more)

    assert y + height == pytest.approx(charts.COLUMN_HEIGHT, abs=0.02)
    assert y >= 0
    assert height >= 1
