"""A memory that keeps its bound."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.engines._bounded import Bounded


def test_longest_unused_leaves_first() -> None:
    kept: Bounded[str, int] = Bounded(2)
    kept.put("a", 1, 1)
    kept.put("b", 2, 1)
    kept.get("a")

    kept.put("c", 3, 1)

    assert [kept.get(key) for key in "abc"] == [1, None, 3]


def test_value_over_the_bound_is_not_kept_and_drives_nothing_out() -> None:
    kept: Bounded[str, int] = Bounded(2)
    kept.put("a", 1, 1)

    kept.put("b", 2, 3)

    assert (kept.get("a"), kept.get("b")) == (1, None)


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 12))))
def test_sizes_never_sum_past_the_bound(puts: list[tuple[str, int]]) -> None:
    kept: Bounded[str, int] = Bounded(10)

    for key, size in puts:
        kept.put(key, size, size)

        assert sum(value for each in "abcde" if (value := kept.get(each)) is not None) <= 10
