"""Comparisons in words: no percentage without its n, no cause, no change reckoned from little."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content_map.domain.comparing import difference_sentence, interval_text

pytestmark = pytest.mark.once


def test_under_ten_there_is_no_interval() -> None:
    assert interval_text(3, 9) is None


def test_an_interval_is_wilsons_in_whole_percent() -> None:
    # 5 of 10: centre (0.5 + 3.8415/20) / 1.38415 = 0.5, half width 1.96 * sqrt(0.025 + 0.0096) / 1.38415 = 0.263
    assert interval_text(5, 10) == "24 to 76 %"


def test_a_change_below_ten_is_not_reckoned() -> None:
    said = difference_sentence(3, 9, 30, 60, name="Q2 2026")

    assert said == "In Q2 2026 it was 30 of 60 (50 %); below n = 10 no change is reckoned."


def test_newcombes_own_example_is_told_in_points() -> None:
    """Newcombe (1998), table II: 56/70 and 48/80 differ by 0.20, method 10 gives 0.0524 to 0.3339."""
    said = difference_sentence(56, 70, 48, 80, name="Q2 2026")

    assert "a change of +20 points (95 % interval +5 points to +33 points)" in said
    assert "more than chance alone is likely to explain; what it is associated with" in said


def test_an_interval_that_holds_nought_is_left_to_chance() -> None:
    assert "which chance alone may explain" in difference_sentence(22, 62, 23, 69, name="Q2 2026")


@settings(deadline=None)
@given(n=st.integers(1, 300), before_n=st.integers(1, 300), data=st.data())
def test_no_comparison_speaks_of_causes(n: int, before_n: int, data: st.DataObject) -> None:
    count, before = data.draw(st.integers(0, n)), data.draw(st.integers(0, before_n))

    said = difference_sentence(count, n, before, before_n, name="Q2 2026")

    assert "cause" not in said
    assert ("points" in said or "point" in said) == (min(n, before_n) >= 10)
