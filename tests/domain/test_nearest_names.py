"""The nearest name is the same however it is found, and a name of a hundred pages is answered at once."""

from __future__ import annotations

import time
from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.nearest import CLOSE_ENOUGH, nearest

NAMES = st.text("abc", min_size=1, max_size=12)


@given(NAMES, st.lists(NAMES, max_size=6))
def test_nearest_name_is_the_likest_of_all(name: str, known: list[str]) -> None:
    rated = sorted((-SequenceMatcher(None, name, each).ratio(), each) for each in known)
    close = [each for likeness, each in rated if -likeness >= CLOSE_ENOUGH]

    assert nearest(name, known) == (close[0] if close else None)


@pytest.mark.once
def test_name_far_longer_than_all_others_costs_nothing() -> None:
    people = [f"person.{number}@example.com" for number in range(500)]
    started = time.process_time()

    assert nearest("ab" * 50_000, people) is None

    assert time.process_time() - started < 1  # 20 s where each is compared
