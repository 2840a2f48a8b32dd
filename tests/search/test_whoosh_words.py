"""What words give is remembered for the same library, and for nobody else's eyes."""

from __future__ import annotations

from pathlib import Path

import pytest

from search import Query
from search.engines.whoosh import WhooshIndex
from search.scoring import Field
from tests.search.documents import make_document

LIBRARY = [make_document(f"{number}", f"hospital {'ward ' * number}", pages=("ward",)) for number in range(6)]


@pytest.fixture
def index(tmp_path: Path) -> WhooshIndex:
    """An index of two segments, with a deletion in the first."""
    index = WhooshIndex(tmp_path)
    index.rebuild(LIBRARY[:4])
    index.apply(LIBRARY[4:], deleted=["2"])
    return index


def test_words_are_scored_once_for_every_page_and_tab(index: WhooshIndex) -> None:
    answered = index._follower.held().answered

    index.search(Query("hospital ward"))
    first = answered.get(("hospital ward", (), frozenset()))
    index.search(
        Query("hospital ward", offset=2, conversation="tangible-value", boosts={"industry:retail": 1})
    )

    assert first is not None
    assert answered.get(("hospital ward", (), frozenset())) is first
    index.close()


def test_boosts_leave_what_is_remembered_as_it_was(index: WhooshIndex) -> None:
    before = index.search(Query("hospital ward"))

    index.search(Query("hospital ward", points={"1": 5.0}, meaning={"3": 1.0}, meaning_share=0.5))

    assert index.search(Query("hospital ward")) == before
    index.close()


def test_what_one_asker_may_not_see_counts_for_the_others(index: WhooshIndex) -> None:
    hidden = index.search(Query("hospital ward", hidden=frozenset({"5"})))

    assert "5" not in [hit.id for hit in hidden.hits]
    assert "5" in [hit.id for hit in index.search(Query("hospital ward")).hits]
    index.close()


def test_newer_library_is_asked_anew(index: WhooshIndex) -> None:
    index.search(Query("hospital"))

    index.apply([make_document("6", "hospital")])

    assert "6" in [hit.id for hit in index.search(Query("hospital")).hits]
    index.close()


def test_stem_is_where_its_scores_are_without_the_deleted(index: WhooshIndex) -> None:
    """Of 0, 1, 3, 4 and 5 the page has the word once more than the title."""
    snapshot = index._follower.held()

    voice = snapshot.voice("ward")
    scored = snapshot.impacts(Field.ALL, "ward")

    assert voice.places.tolist() == scored.places.tolist()
    assert [snapshot.id(place) for place in voice.places] == ["0", "1", "3", "4", "5"]
    assert voice.frequencies.tolist() == [1, 2, 4, 5, 6]
    assert voice.rare == scored.rare
    index.close()
