"""What is worth telling: all details met and something happened, or new, among the best, and a good part answered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.alerts import Match, is_strong

MATCHES = st.builds(
    lambda missed, **given: Match(details=given["met"] + missed, **given),
    missed=st.integers(0, 4),
    place=st.integers(1, 50),
    words=st.floats(0, 1),
    met=st.integers(0, 4),
    denied=st.integers(0, 2),
    has_come=st.booleans(),
    has_changed=st.booleans(),
)


@given(match=MATCHES)
def test_nothing_is_told_of_what_is_ruled_out_or_was_there_before(match: Match) -> None:
    assert not (is_strong(match) and match.denied)
    assert not (is_strong(match) and not match.has_come and not match.has_changed)


@pytest.mark.parametrize(
    ("match", "told"),
    [
        (Match(40, 0.0, met=2, details=2, has_changed=True), True),
        (Match(1, 1.0, met=2, details=2), False),
        (Match(1, 1.0, met=1, details=2, has_changed=True), False),
        (Match(10, 0.0, met=1, details=2, has_come=True), True),
        (Match(11, 1.0, met=1, details=2, has_come=True), False),
        (Match(3, 0.5, met=0, details=3, has_come=True), True),
        (Match(3, 0.4, met=1, details=3, has_come=True), False),
        (Match(3, 0.4, met=0, details=0, has_come=True), False),
        (Match(3, 0.6, met=0, details=0, has_come=True), True),
    ],
)
def test_the_bar_is_every_detail_or_new_and_good(match: Match, told: bool) -> None:
    assert is_strong(match) is told
