"""What the best answers say most often is asked for a little, and moves only what was found."""

from __future__ import annotations

import pytest

from search import Query, SearchIndex
from search.feedback import WEIGHT, also_asked, said_most
from tests.search.documents import make_document


def test_most_frequent_stems_are_kept_with_their_shares() -> None:
    assert said_most({"b": 1, "c": 2, "a": 1})[:2] == (("c", 0.5), ("a", 0.25))
    assert said_most({}) == ()


def test_stems_weigh_by_how_good_the_answers_are_and_together_a_share_of_the_question() -> None:
    """a: 2 x .5, b: 2 x .25 + 1 x .5, so both 1 of 2."""
    asked = also_asked([(2.0, (("a", 0.5), ("b", 0.25))), (1.0, (("b", 0.5),))], own_weight=4.0)

    assert asked == pytest.approx({"a": WEIGHT * 2, "b": WEIGHT * 2})


def test_nothing_said_asks_for_nothing() -> None:
    assert also_asked([(1.0, ())], own_weight=3.0) == {}


def test_asset_that_speaks_like_the_best_goes_before_its_equal(index: SearchIndex) -> None:
    index.rebuild(
        [
            make_document("best", "Downtime downtime outage outage"),
            make_document("other", "Downtime harvest"),
            make_document("same", "Downtime outage"),
            make_document("unasked", "Outage outage"),
        ]
    )

    found = [hit.id for hit in index.search(Query("downtime")).hits]

    assert found == ["best", "same", "other"]
