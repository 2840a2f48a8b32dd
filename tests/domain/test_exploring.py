"""The exploration slot: whose turn it is, what gets it, and that nobody else is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.exploring import Fit, has_turn, moved_up, pick

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
KNOWN = Fit(score=2.0, lexical=1.0, has_term=True, shown=500)


def test_about_one_search_in_three_has_the_slot() -> None:
    turns = sum(
        has_turn(f"person{person}", NOW + timedelta(minutes=10 * step))
        for person in range(30)
        for step in range(100)
    )

    assert 900 <= turns <= 1100  # of 3,000; four standard deviations are 103


def test_a_turn_lasts_while_somebody_types() -> None:
    turns = {has_turn("person", NOW + timedelta(seconds=seconds)) for seconds in range(0, 600, 7)}

    assert len(turns) == 1


def test_of_what_fits_the_least_shown_gets_the_slot_and_then_the_best() -> None:
    ranked = [
        *([KNOWN] * 5),
        Fit(score=1.9, lexical=0.9, has_term=False, shown=2),
        Fit(score=1.5, lexical=0.5, has_term=False, shown=1),
        Fit(score=1.3, lexical=0.1, has_term=True, shown=1),
    ]

    assert pick(ranked) == 6


@pytest.mark.parametrize(
    "last",
    [
        pytest.param(Fit(score=1.9, lexical=0.39, has_term=False, shown=0), id="a word in passing is no fit"),
        pytest.param(
            Fit(score=1.9, lexical=1.0, has_term=True, shown=10), id="shown often enough to be judged"
        ),
        pytest.param(
            Fit(score=1.19, lexical=1.0, has_term=True, shown=0), id="far from what it would displace"
        ),
    ],
)
def test_what_does_not_fit_or_was_shown_gets_none(last: Fit) -> None:
    assert pick([*([KNOWN] * 5), last]) is None


def test_what_stands_at_the_slot_or_above_needs_none() -> None:
    assert pick([Fit(score=1.0, lexical=1.0, has_term=True, shown=0)] * 4) is None


@given(st.lists(st.integers(), min_size=5, max_size=30), st.data())
def test_the_displaced_move_down_one_and_nothing_is_lost(ranked: list[int], data: st.DataObject) -> None:
    places = list(enumerate(ranked))
    place = data.draw(st.integers(4, len(ranked) - 1))

    moved = moved_up(places, place)

    assert moved[:3] == places[:3]
    assert moved[3] == places[place]
    assert moved[4 : place + 1] == places[3:place]
    assert moved[place + 1 :] == places[place + 1 :]
