from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.statistics import fraction_text, newcombe, rate_bound_after_none, shrunk_rate, wilson


@st.composite
def shares(draw):
    n = draw(st.integers(1, 5_000))
    return draw(st.integers(0, n)), n


def test_wilson_agrees_with_the_published_example():
    """Newcombe, Stat. Med. 17 (1998) 857-872, table I: 81 of 263."""
    low, high = wilson(81, 263)

    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_newcombe_agrees_with_the_published_example():
    """Newcombe, Stat. Med. 17 (1998) 873-890, table II, method 10: 56/70 - 48/80."""
    low, high = newcombe(56, 70, 48, 80)

    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_nothing_tried_says_nothing():
    assert wilson(0, 0) == (0.0, 1.0)


@given(shares())
def test_an_interval_holds_its_rate_and_stays_a_rate(share):
    successes, n = share
    low, high = wilson(successes, n)

    assert 0.0 <= low <= successes / n <= high <= 1.0


@given(shares(), shares())
def test_a_difference_changes_sides_with_its_sign(one, other):
    forth, back = newcombe(*one, *other), newcombe(*other, *one)

    assert forth.low == pytest.approx(-back.high)
    assert forth.low <= one[0] / one[1] - other[0] / other[1] <= forth.high


def test_no_open_in_thirty_impressions_bounds_the_rate_below_nine_and_a_half_percent():
    assert 0.0949 < rate_bound_after_none(30) < 0.0951
    assert rate_bound_after_none(0) == 1.0


@pytest.mark.parametrize(
    ("count", "n", "text"),
    [
        (3, 8, "3 of 8"),
        (0, 0, "0 of 0"),
        (9, 9, "9 of 9"),
        (5, 10, "5 of 10 (50 %)"),
        (61, 184, "61 of 184 (33 %)"),
        (1, 200, "1 of 200 (1 %)"),
        (1, 201, "1 of 201 (< 1 %)"),
        (999, 1000, "999 of 1000 (> 99 %)"),
        (1000, 1000, "1000 of 1000 (100 %)"),
        (0, 40, "0 of 40 (0 %)"),
    ],
)
def test_a_percentage_stands_only_beside_its_n_and_from_ten_on(count, n, text):
    assert fraction_text(count, n) == text


def test_small_rates_are_pulled_to_the_overall_one():
    # One of one, with twenty more tries at 10 %: 3 of 21.
    assert shrunk_rate(1, 1, 0.1) == pytest.approx(3 / 21)
    assert shrunk_rate(0, 0, 0.1) == pytest.approx(0.1)


def test_more_successes_than_tries_are_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="0 <= successes <= n"):
        wilson(2, 1)
