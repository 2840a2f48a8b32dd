"""Page by page comes what would come at once, whatever is folded and however often the order changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_map.services import paging
from search.contract import Hit, Results

pytestmark = pytest.mark.once
GROUPS = st.dictionaries(st.integers(0, 30).map(str), st.integers(0, 8), max_size=25)


def answer(order: Sequence[str], group_of: Mapping[str, int], limit: int) -> Results:
    """What an engine that folds gives: of each group the first in its order, the others behind it."""
    members: dict[int, list[str]] = {}
    for each in order:
        members.setdefault(group_of[each], []).append(each)
    hits = [Hit(first, 1.0, 1.0, (), (), tuple(others)) for first, *others in members.values()]
    return Results(tuple(hits[:limit]), len(hits), {}, {})


def all_pages(orders: Sequence[Sequence[str]], group_of: Mapping[str, int], limit: int) -> list[str]:
    served: list[str] = []
    for turn in range(len(group_of) + 2):
        order = orders[turn % len(orders)]
        results = answer(order, group_of, paging.reach(served, limit))
        page, has_more = paging.following(results, served, limit)
        served += [hit.id for hit in page.hits]
        if not has_more:
            return served
    raise RuntimeError("it never ends")


@given(GROUPS, st.integers(1, 6))
def test_pages_together_are_the_whole_list_in_its_order(group_of: dict[str, int], limit: int) -> None:
    order = sorted(group_of)

    served = all_pages([order], group_of, limit)

    assert served == [hit.id for hit in answer(order, group_of, len(order)).hits]


@given(GROUPS, st.integers(1, 6), st.data())
def test_nothing_comes_twice_and_no_group_is_lost_though_the_order_changes_between_pages(
    group_of: dict[str, int], limit: int, data: st.DataObject
) -> None:
    orders = data.draw(st.lists(st.permutations(sorted(group_of)), min_size=1, max_size=4))

    served = all_pages(orders, group_of, limit)

    assert sorted(group_of[each] for each in served) == sorted(set(group_of.values()))


@given(GROUPS, st.data())
def test_what_was_served_keeps_its_order_and_is_nobodys_near_copy(
    group_of: dict[str, int], data: st.DataObject
) -> None:
    served = data.draw(st.lists(st.sampled_from([*sorted(group_of), "gone"]), unique=True))
    results = answer(sorted(group_of), group_of, 100)

    again = paging.as_served(served, results.hits)

    assert [hit.id for hit in again] == served
    assert not {other for hit in again for other in hit.folded}.intersection(served)


def test_a_search_ends_once_it_has_served_a_thousand() -> None:
    order = [f"{number:04}" for number in range(1_200)]
    alone = {each: place for place, each in enumerate(order)}

    def more_after(served: int) -> bool:
        results = answer(order, alone, paging.reach(order[:served], 20))
        return paging.following(results, order[:served], 20)[1]

    assert more_after(940)
    assert not more_after(980)
    assert not more_after(1_000)
