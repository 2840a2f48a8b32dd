"""What every engine must do, whatever it is made of."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from search import Document, Query, SearchIndex, SearchUnavailable
from tests.search.conftest import ENGINES, opened
from tests.search.documents import make_document

pytestmark = pytest.mark.parametrize("engine", ENGINES)


def ids(index: SearchIndex, query: Query) -> list[str]:
    return [hit.id for hit in index.search(query).hits]


def test_document_is_found_by_a_word_of_its_title(index: SearchIndex) -> None:
    index.apply([make_document("a", "Hospital downtime"), make_document("b", "Bank fraud")])

    assert ids(index, Query("hospital")) == ["a"]


@pytest.mark.parametrize("word", ["guide", "healthcare", "slide"])
def test_document_is_found_by_its_body_and_by_each_page(index: SearchIndex, word: str) -> None:
    index.apply([make_document("a", body="guide healthcare", pages=("first", "slide"))])

    assert ids(index, Query(word)) == ["a"]


def test_words_are_alternatives_and_more_of_them_rank_higher(index: SearchIndex) -> None:
    index.apply(
        [
            make_document("one", "hospital alpha beta"),
            make_document("two", "hospital downtime beta"),
            make_document("none", "gamma delta beta"),
        ]
    )

    assert ids(index, Query("hospital downtime")) == ["two", "one"]


def test_hit_names_its_best_pages_best_first(index: SearchIndex) -> None:
    pages = ("nothing of the kind here", "downtime in passing", "downtime hospital", "other words")
    index.apply([make_document("a", pages=pages), make_document("b", pages=("unrelated",))])

    (hit,) = index.search(Query("hospital downtime")).hits

    assert hit.pages == (3, 2)


def test_document_without_pages_names_none(index: SearchIndex) -> None:
    index.apply([make_document("a", "hospital")])

    (hit,) = index.search(Query("hospital")).hits

    assert hit.pages == ()


def test_page_numbers_are_those_of_the_document(index: SearchIndex) -> None:
    index.apply([Document("a", 1, "t", "", ((7, "hospital"), (40, "other")), (), "", "en", "a")])

    (hit,) = index.search(Query("hospital")).hits

    assert hit.pages == (7,)


def test_lexical_score_is_one_for_the_best_and_between_for_the_others(index: SearchIndex) -> None:
    index.apply([make_document("a", "hospital downtime"), make_document("b", "hospital other words")])

    first, second = index.search(Query("hospital downtime")).hits

    assert first.lexical == 1
    assert 0 < second.lexical < 1


def test_boosts_are_added_as_points_and_named(index: SearchIndex) -> None:
    index.apply(
        [
            make_document("words", "hospital"),
            make_document("tagged", "other", terms=("industry:healthcare", "function:finance")),
        ]
    )
    query = Query(
        "hospital", boosts={"industry:healthcare": 1.5, "region:north": 1.0, "function:finance": -0.25}
    )

    first, second = index.search(query).hits

    assert (first.id, first.score, first.lexical) == ("tagged", 1.25, 0)
    assert first.boosted == ("industry:healthcare", "function:finance")
    assert (second.id, second.score, second.boosted) == ("words", 1.0, ())


def test_boost_that_is_not_positive_makes_no_match(index: SearchIndex) -> None:
    index.apply(
        [make_document("words", "hospital"), make_document("tagged", "other", terms=("industry:retail",))]
    )

    assert ids(index, Query("hospital", boosts={"industry:retail": -0.3})) == ["words"]


def test_conversation_boost_reorders_and_makes_no_match(index: SearchIndex) -> None:
    index.apply(
        [
            make_document("a", "hospital", conversation="point-of-view"),
            make_document("b", "hospital", conversation="right-people"),
            make_document("c", "other", conversation="right-people"),
        ]
    )

    hits = index.search(Query("hospital", conversation_boosts={"right-people": 0.6})).hits

    assert [(hit.id, round(hit.score, 3)) for hit in hits] == [("b", 1.6), ("a", 1.0)]


def test_expansion_finds_less_strongly_than_what_was_written(index: SearchIndex) -> None:
    index.apply([make_document("long", "insurance carrier"), make_document("short", "hospital unit")])

    hits = index.search(Query("hospital", expansions={"insurance carrier": 0.15})).hits

    assert [hit.id for hit in hits] == ["short", "long"]
    assert hits[1].lexical < 0.5


@pytest.mark.parametrize("text", ["", "   ", "?!*", "the of and", "\x00\x01"])
def test_text_without_a_usable_word_lists_everything_by_points_then_id(index: SearchIndex, text: str) -> None:
    index.apply(
        [
            make_document("c"),
            make_document("a"),
            make_document("b", terms=("industry:retail",)),
            make_document("d"),
        ]
    )

    query = Query(text, boosts={"industry:retail": 1.0}, limit=3)

    assert ids(index, query) == ["b", "a", "c"]
    assert index.search(query).total == 4


def test_word_that_is_nowhere_finds_nothing(index: SearchIndex) -> None:
    index.apply([make_document("a", "hospital")])

    results = index.search(Query("zebra"))

    assert (results.hits, results.total, dict(results.by_conversation)) == ((), 0, {})


def test_equal_scores_come_in_order_of_id(index: SearchIndex) -> None:
    index.apply([make_document(name, "hospital") for name in ("m", "z", "a", "k")])

    assert ids(index, Query("hospital")) == ["a", "k", "m", "z"]


def test_limit_and_offset_give_a_stretch_of_one_order(index: SearchIndex) -> None:
    index.apply([make_document(f"{n:02}", "hospital " * (n % 3 + 1)) for n in range(20)])

    whole = ids(index, Query("hospital", limit=100))
    stretches = [ids(index, Query("hospital", limit=7, offset=start)) for start in (0, 7, 14, 21)]

    assert [name for stretch in stretches for name in stretch] == whole
    assert index.search(Query("hospital", limit=0)).total == 20


def test_conversation_cuts_hits_and_leaves_the_other_counts(index: SearchIndex) -> None:
    index.apply(
        [
            make_document("a", "hospital", conversation="point-of-view", terms=("industry:retail",)),
            make_document("b", "hospital", conversation="right-people", terms=("function:finance",)),
            make_document("c", "hospital", conversation="right-people", terms=("function:finance",)),
        ]
    )

    results = index.search(Query("hospital", conversation="right-people"))

    assert [hit.id for hit in results.hits] == ["b", "c"]
    assert results.total == 2
    assert results.by_conversation == {"point-of-view": 1, "right-people": 2}
    assert results.by_term == {"function:finance": 2}


def test_required_terms_must_all_be_carried(index: SearchIndex) -> None:
    index.apply(
        [
            make_document("both", "hospital", terms=("industry:retail", "function:finance")),
            make_document("one", "hospital", terms=("industry:retail",)),
        ]
    )

    results = index.search(Query("hospital", require=("industry:retail", "function:finance")))

    assert [hit.id for hit in results.hits] == ["both"]
    assert results.by_conversation == {"point-of-view": 1}
    assert ids(index, Query("hospital", require=("industry:unheard-of",))) == []


def test_hidden_documents_are_in_no_hit_total_or_count(index: SearchIndex) -> None:
    index.apply(
        [make_document("a", "hospital", terms=("industry:retail",)), make_document("b", "hospital ward")]
    )

    results = index.search(Query("hospital", hidden=frozenset({"a", "never-there"})))

    assert [(hit.id, hit.lexical) for hit in results.hits] == [("b", 1)]
    assert (results.total, results.by_conversation, results.by_term) == (1, {"point-of-view": 1}, {})


def test_replaced_document_answers_for_its_new_words_alone(index: SearchIndex) -> None:
    index.apply([make_document("a", "hospital", pages=("old page",))])

    index.apply([make_document("a", "bank", pages=("new page",), version=2)])

    assert ids(index, Query("hospital old")) == []
    assert ids(index, Query("bank")) == ["a"]
    assert list(index.versions()) == [("a", 2)]


def test_deleted_document_is_gone_and_an_unknown_one_is_no_error(index: SearchIndex) -> None:
    index.apply([make_document("a", "hospital"), make_document("b", "hospital")])

    index.apply([], deleted=["a", "never-there"])

    assert ids(index, Query("hospital")) == ["b"]
    assert index.count() == 1


def test_index_whose_documents_are_all_gone_is_tidied_and_written_again(index: SearchIndex) -> None:
    index.apply([make_document("a", "hospital"), make_document("b", "hospital")])
    index.apply([], deleted=["a", "b"])

    index.tidy()
    emptied = index.search(Query("hospital"))
    index.apply([make_document("c", "hospital")], deleted=["a"])

    assert (emptied.total, index.count()) == (0, 1)
    assert ids(index, Query("hospital")) == ["c"]


def test_last_of_two_documents_with_one_id_counts(index: SearchIndex) -> None:
    index.apply([make_document("a", "hospital"), make_document("a", "bank", version=2)])

    assert list(index.versions()) == [("a", 2)]
    assert ids(index, Query("hospital")) == []


def test_document_both_written_and_deleted_is_written(index: SearchIndex) -> None:
    index.apply([make_document("a", "hospital")], deleted=["a"])

    assert index.count() == 1


def test_failing_source_of_documents_changes_nothing(index: SearchIndex) -> None:
    index.apply([make_document("a", "hospital")])

    def failing():  # type: ignore[no-untyped-def]  # a generator that ends badly
        yield make_document("b", "hospital")
        raise RuntimeError("the database went away")

    for write in (index.apply, index.rebuild):
        with pytest.raises(RuntimeError, match="went away"):
            write(failing())

    assert list(index.versions()) == [("a", 1)]


def test_rebuild_holds_what_was_given_and_nothing_else(index: SearchIndex) -> None:
    index.apply([make_document("old", "hospital")])

    count = index.rebuild(
        [make_document("a", "bank"), make_document("b", "bank"), make_document("a", "pilot", version=5)]
    )

    assert count == 2
    assert sorted(index.versions()) == [("a", 5), ("b", 1)]
    assert ids(index, Query("bank hospital")) == ["b"]


def test_search_during_a_rebuild_is_of_what_was_there_before(index: SearchIndex, url: str) -> None:
    index.apply([make_document("old", "hospital")])
    reader = opened(url)
    seen: list[list[str]] = []

    def slowly():  # type: ignore[no-untyped-def]  # a generator that searches between two documents
        yield make_document("new", "hospital")
        seen.append(ids(index, Query("hospital")) + ids(reader, Query("hospital")))

    index.rebuild(slowly())
    reader.check()

    assert seen == [["old", "old"]]
    assert ids(index, Query("hospital")) == ids(reader, Query("hospital")) == ["new"]
    reader.close()


def test_tidying_changes_no_answer(index: SearchIndex) -> None:
    for number in range(9):
        index.apply(
            [make_document(f"{number}", "hospital " * number, pages=("ward",))], deleted=[f"{number - 4}"]
        )
    before = index.search(Query("hospital ward", limit=50))

    index.tidy()

    assert index.search(Query("hospital ward", limit=50)) == before


def test_rebuild_of_nothing_is_an_empty_index(index: SearchIndex) -> None:
    index.apply([make_document("a", "hospital")])

    assert index.rebuild([]) == 0
    assert index.search(Query("hospital")).total == 0
    assert list(index.versions()) == []


def test_versions_may_be_any_whole_number(index: SearchIndex) -> None:
    index.apply([make_document("big", version=2**200), make_document("negative", version=-1)])

    assert sorted(index.versions()) == [("big", 2**200), ("negative", -1)]


def test_another_opening_sees_what_was_committed(index: SearchIndex, url: str) -> None:
    other = opened(url)
    assert other.count() == 0

    index.apply([make_document("a", "hospital")])
    other.check()

    assert ids(other, Query("hospital")) == ["a"]
    other.close()


def test_closed_index_opens_again_when_used(index: SearchIndex) -> None:
    index.apply([make_document("a", "hospital")])

    index.close()

    assert ids(index, Query("hospital")) == ["a"]


def test_index_that_was_never_made_says_how_to_make_it(url: str) -> None:
    index = opened(url)

    for use in (index.check, index.count, lambda: index.search(Query("hospital"))):
        with pytest.raises(SearchUnavailable, match="content-map index rebuild"):
            use()


def test_first_write_makes_the_index(url: str) -> None:
    index = opened(url)

    index.apply([make_document("a", "hospital")])

    assert ids(index, Query("hospital")) == ["a"]
    index.close()


def test_threads_search_while_another_writes(index: SearchIndex) -> None:
    """32 request threads share one index; each answer is that of some commit, whole."""
    index.apply([make_document(f"{n}", "hospital", pages=("ward",), version=0) for n in range(5)])

    def ask(_: int) -> int:
        results = index.search(Query("hospital ward", limit=50))
        return results.total - len(results.hits)

    with ThreadPoolExecutor(32) as threads:
        asked = [threads.submit(ask, number) for number in range(300)]
        for round_number in range(1, 6):
            index.apply(
                [make_document(f"{n}", "hospital", version=round_number) for n in range(5 + round_number)]
            )
        differences = [one.result() for one in asked]

    assert differences == [0] * 300
    assert index.count() == 10
