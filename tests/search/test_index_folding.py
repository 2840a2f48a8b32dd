"""What every engine must do with near-copies: one hit for a group, and counts of groups."""

from __future__ import annotations

import pytest

from search import Query, SearchIndex
from tests.search.conftest import ENGINES
from tests.search.documents import make_document

pytestmark = pytest.mark.parametrize("engine", ENGINES)


@pytest.fixture
def copies(index: SearchIndex) -> SearchIndex:
    """A group of three in two conversations, whose first lends its id as the group's name, and one alone."""
    index.apply(
        [
            make_document("a", "hospital ward x y", conversation="point-of-view", terms=("industry:retail",)),
            make_document(
                "b", "hospital", group="a", conversation="right-people", terms=("function:finance",)
            ),
            make_document("c", "hospital ward", group="a", conversation="right-people"),
            make_document("d", "hospital x y z", conversation="right-people", terms=("function:finance",)),
        ]
    )
    return index


def folded(index: SearchIndex, query: Query) -> list[tuple[str, tuple[str, ...]]]:
    return [(hit.id, hit.folded) for hit in index.search(query).hits]


def test_without_folding_each_copy_is_a_hit(copies: SearchIndex) -> None:
    assert folded(copies, Query("hospital ward")) == [("c", ()), ("a", ()), ("b", ()), ("d", ())]


def test_best_of_a_group_stands_for_it_and_names_the_others_best_first(copies: SearchIndex) -> None:
    assert folded(copies, Query("hospital ward", fold=True)) == [("c", ("a", "b")), ("d", ())]


def test_total_and_counts_are_of_groups(copies: SearchIndex) -> None:
    results = copies.search(Query("hospital ward", fold=True))

    assert results.total == 2
    assert results.by_conversation == {"point-of-view": 1, "right-people": 2}
    assert results.by_term == {"industry:retail": 1, "function:finance": 2}


def test_only_what_passes_the_cuts_is_folded(copies: SearchIndex) -> None:
    hidden = Query("hospital ward", fold=True, hidden=frozenset({"c"}))
    cut = Query("hospital ward", fold=True, conversation="right-people")

    assert folded(copies, hidden) == [("a", ("b",)), ("d", ())]
    assert folded(copies, cut) == [("c", ("b",)), ("d", ())]
    assert copies.search(cut).total == 2


def test_folded_hits_are_stretches_of_one_order(copies: SearchIndex) -> None:
    query = Query("hospital ward", fold=True, limit=1)

    assert folded(copies, query) == [("c", ("a", "b"))]
    assert folded(copies, Query("hospital ward", fold=True, limit=1, offset=1)) == [("d", ())]


def test_copies_written_in_different_commits_fold(index: SearchIndex) -> None:
    for name in ("b", "a"):
        index.apply([make_document(name, "hospital", group="shared")])

    assert folded(index, Query("", fold=True)) == [("a", ("b",))]
