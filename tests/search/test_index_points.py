"""What every engine must add to the score of the words; expected values by hand."""

from __future__ import annotations

import pytest

from search import Query, Recency, SearchIndex
from tests.search.conftest import ENGINES
from tests.search.documents import make_document

pytestmark = pytest.mark.parametrize("engine", ENGINES)

TODAY = 20_000


def scores(index: SearchIndex, query: Query) -> dict[str, float]:
    return {hit.id: round(hit.score, 4) for hit in index.search(query).hits}


@pytest.fixture
def tagged(index: SearchIndex) -> SearchIndex:
    """One confirmed, one suggested, one tagged otherwise, one untagged; all hold the same word."""
    index.apply(
        [
            make_document("confirmed", "hospital", terms=("industry:healthcare",)),
            make_document("suggested", "hospital", suggested=("industry:healthcare",)),
            make_document("other", "hospital", terms=("industry:retail",)),
            make_document("untagged", "hospital"),
        ]
    )
    return index


def test_suggested_term_counts_by_its_share(tagged: SearchIndex) -> None:
    query = Query("hospital", boosts={"industry:healthcare": 1.5}, suggested_share=0.6)

    assert scores(tagged, query) == {"confirmed": 2.5, "suggested": 1.9, "other": 1.0, "untagged": 1.0}
    assert [hit.boosted for hit in tagged.search(query).hits][:2] == [("industry:healthcare",)] * 2


def test_suggested_term_makes_a_match_only_when_it_has_a_share(tagged: SearchIndex) -> None:
    boosts = {"industry:healthcare": 1.5}

    assert scores(tagged, Query("zebra", boosts=boosts)) == {"confirmed": 1.5}
    assert scores(tagged, Query("zebra", boosts=boosts, suggested_share=0.5)) == {
        "confirmed": 1.5,
        "suggested": 0.75,
    }


def test_term_both_confirmed_and_suggested_counts_once(index: SearchIndex) -> None:
    both = ("industry:retail",)
    index.apply([make_document("a", "hospital", terms=both, suggested=both)])

    assert scores(index, Query("hospital", boosts={"industry:retail": 1.0}, suggested_share=0.5)) == {
        "a": 2.0
    }


def test_suggested_term_is_neither_required_nor_counted(tagged: SearchIndex) -> None:
    results = tagged.search(Query("hospital", require=("industry:healthcare",), suggested_share=1.0))

    assert [hit.id for hit in results.hits] == ["confirmed"]
    assert results.by_term == {"industry:healthcare": 1}


def test_document_tagged_otherwise_in_a_facet_gets_its_points(tagged: SearchIndex) -> None:
    query = Query("hospital", boosts={"industry:healthcare": 1.5}, otherwise={"industry": -0.25})

    assert scores(tagged, query) == {"confirmed": 2.5, "suggested": 1.0, "untagged": 1.0, "other": 0.75}


def test_one_boosted_term_of_a_facet_is_enough_not_to_be_tagged_otherwise(index: SearchIndex) -> None:
    index.apply([make_document("a", "hospital", terms=("industry:retail", "industry:banking"))])

    query = Query("hospital", boosts={"industry:retail": 0.5}, otherwise={"industry": -0.25, "region": -0.5})

    assert scores(index, query) == {"a": 1.5}


def test_meaning_takes_its_share_of_the_words_place_and_finds_by_itself(index: SearchIndex) -> None:
    index.apply([make_document("words", "hospital"), make_document("alike", "clinic"), make_document("no")])

    query = Query("hospital", meaning={"words": 0.5, "alike": 1.0, "never-there": 1.0}, meaning_share=0.25)
    first, second = index.search(query).hits

    assert (first.id, first.score, first.lexical) == ("words", 0.75 * 1 + 0.25 * 0.5, 1)
    assert (second.id, second.score, second.lexical) == ("alike", 0.25, 0)


def test_share_of_a_meaning_that_is_not_there_takes_nothing(index: SearchIndex) -> None:
    index.apply([make_document("a", "hospital")])

    assert scores(index, Query("hospital", meaning_share=0.4)) == {"a": 1.0}


def test_points_by_id_are_added_as_they_are_and_make_no_match(index: SearchIndex) -> None:
    index.apply([make_document("a", "hospital"), make_document("b", "hospital"), make_document("c", "bank")])

    query = Query("hospital", points={"b": 0.25, "c": 9.0, "a": -0.5, "never-there": 1.0})

    assert scores(index, query) == {"b": 1.25, "a": 0.5}


def test_freshness_halves_with_each_half_life(index: SearchIndex) -> None:
    ages = {"today": 0, "half": 90, "quarter": 180, "tomorrow": -1}
    index.apply([make_document(name, "hospital", dated=TODAY - age) for name, age in ages.items()])

    query = Query("hospital", recency=Recency(today=TODAY, fresh=0.4, half_life_days=90, overdue=-0.1))

    assert scores(index, query) == {"today": 1.4, "tomorrow": 1.4, "half": 1.2, "quarter": 1.1}


def test_overdue_review_takes_points_from_the_day_after(index: SearchIndex) -> None:
    review_days = {"never": 0, "due": TODAY, "overdue": TODAY - 1}
    index.apply(
        [make_document(name, "hospital", dated=TODAY, review_by=day) for name, day in review_days.items()]
    )

    query = Query("hospital", recency=Recency(today=TODAY, fresh=0.0, half_life_days=90, overdue=-0.25))

    assert scores(index, query) == {"due": 1.0, "never": 1.0, "overdue": 0.75}


def test_points_order_a_list_that_no_word_asks_for(index: SearchIndex) -> None:
    index.apply([make_document("a", dated=TODAY - 90), make_document("b", dated=TODAY), make_document("c")])

    query = Query("", recency=Recency(TODAY, 0.5, 90, 0), points={"c": 0.375})

    assert scores(index, query) == {"b": 0.5, "c": 0.375, "a": 0.25}


@pytest.mark.parametrize(
    ("word", "is_known"),
    [
        ("hospital", True),
        ("Hospitals", True),
        ("ward", True),
        ("e-mail", True),
        ("email", True),
        ("the", True),
        ("zebra", False),
        ("hospital-zebra", False),
        ("gone", False),
    ],
)
def test_index_knows_the_words_of_its_texts_in_any_form(
    index: SearchIndex, word: str, *, is_known: bool
) -> None:
    index.apply([make_document("a", "hospital", pages=("wards", "e-mail")), make_document("b", "gone")])
    index.apply([], deleted=["b"])

    assert index.knows(word) is is_known
