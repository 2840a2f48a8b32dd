"""Our arrays against Whoosh's own searcher: they read its files below its public surface."""

from __future__ import annotations

import math
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.query import Or, Term
from whoosh.scoring import BM25F

from search import Query, open_index
from search.engines._whoosh_schema import INDEX_NAME, SCHEMA
from search.engines._whoosh_segment import LENGTHS, Segment
from search.engines.whoosh import WhooshIndex
from search.scoring import WEIGHTINGS, Field, Weighting, rarity
from tests.search.documents import make_document

VOCABULARY = [f"w{number}" for number in range(30)]
libraries = st.lists(
    st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=40).map(" ".join), min_size=1, max_size=30
)
MANY = 10_000  # more postings of one word than a block holds


class OurRarity(BM25F):  # type: ignore[misc]  # whoosh has no types
    """Whoosh's BM25 with our rarity, and the average of lengths as they are stored: rounded to a byte.

    `rows` are those that have the field at all: rarity and average are of them.
    """

    def __init__(self, rows: Sequence[int], weighting: Weighting) -> None:
        super().__init__(B=weighting.b, K1=weighting.k1)
        self.rows = rows

    def idf(self, searcher: Any, fieldname: str, text: str) -> float:
        return rarity(len(self.rows), searcher.get_parent().doc_frequency(fieldname, text))

    def scorer(self, searcher: Any, fieldname: str, text: str, qf: int = 1) -> Any:
        scorer = super().scorer(searcher, fieldname, text, qf=qf)
        reader = searcher.get_parent().reader()
        lengths = [reader.doc_field_length(number, fieldname) or 0 for number in self.rows]
        scorer.avgfl = (sum(lengths) / len(lengths)) or 1
        return scorer


def stock_index(folder: Path) -> Any:
    (pointer,) = folder.glob("*/CURRENT")
    storage = FileStorage(str(pointer.parent / pointer.read_text()))
    return FileIndex(storage, schema=SCHEMA, indexname=INDEX_NAME)


def our_scores(index: WhooshIndex, field: Field, words: list[str]) -> dict[int, float]:
    snapshot = index._follower.newest()
    scores: dict[int, float] = {}
    for word in words:
        found = snapshot.impacts(field, word)
        for place, value in zip(found.places.tolist(), found.values.tolist(), strict=True):
            scores[place] = scores.get(place, 0.0) + value
    return scores


def stock_scores(folder: Path, field: Field, words: list[str], rows: Sequence[int]) -> dict[int, float]:
    with stock_index(folder).searcher(weighting=OurRarity(rows, WEIGHTINGS[field])) as searcher:
        query = Or([Term(field.value, word) for word in words])
        hits = searcher.search(query, limit=None)
        return {hit.docnum: hit.score for hit in hits}


def test_version_is_the_one_these_files_were_read_from() -> None:
    assert version("whoosh-reloaded") == "2.7.5"


@settings(max_examples=30, deadline=None)
@example(library=["w0 " * 14 + "w1"], words=["w1"])  # a length that does not survive the rounding to a byte
@given(library=libraries, words=st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=6, unique=True))
@pytest.mark.parametrize("field", [Field.ALL, Field.TITLE])
def test_scores_are_those_of_the_stock_searcher(
    tmp_path_factory: pytest.TempPathFactory, field: Field, library: list[str], words: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("index")
    index = WhooshIndex(folder)
    index.rebuild([make_document(f"{number:03}", text) for number, text in enumerate(library)])

    ours, stock = our_scores(index, field, words), stock_scores(folder, field, words, range(len(library)))

    assert ours.keys() == stock.keys()
    assert all(math.isclose(ours[place], stock[place], rel_tol=1e-5) for place in ours)


def test_word_in_more_documents_than_a_block_holds_is_read_whole(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)
    index.rebuild([make_document(f"{number:05}", "zebra " * (1 + number % 3)) for number in range(MANY)])

    (segment,) = index._follower._segments.values()
    places, frequencies, _ = segment.postings(Field.TITLE, "zebra")

    assert places.tolist() == list(range(MANY))
    assert frequencies.tolist() == [1 + number % 3 for number in range(MANY)]
    with stock_index(tmp_path).searcher() as searcher:
        postings = searcher.reader().postings("title", "zebra")
        for number in range(MANY):
            assert (postings.id(), postings.weight()) == (number, 1 + number % 3)
            postings.next()
        assert not postings.is_active()


def test_frequencies_and_lengths_survive_merging(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)
    for number in range(5):
        words = "zebra " * (number + 1)
        index.apply([make_document(f"{number}", words, pages=(words, "other", words + "end"))])
    index.apply([], deleted=["2"])

    index.tidy()

    (segment,) = index._follower._segments.values()
    places, frequencies, _ = segment.postings(Field.TITLE, "zebra")
    of_pages, _, _ = segment.postings(Field.PAGE, "zebra")
    ids = [segment.facts.id(place) for place in range(len(segment))]
    assert dict(zip([ids[place] for place in places], frequencies, strict=True)) == {
        "0": 1,
        "1": 2,
        "3": 4,
        "4": 5,
    }
    assert LENGTHS[segment.postings(Field.TITLE, "zebra").length_bytes].tolist() == frequencies.tolist()
    assert [segment.pages_of(place)[1].tolist() for place in range(4)] == [[1, 2, 3]] * 4
    assert (of_pages % 3).tolist() == [0, 2] * 4


def test_unchanged_segments_are_read_once(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)
    index.apply([make_document("a", "zebra")])
    before: dict[str, Segment] = dict(index._follower._segments)

    index.apply([make_document("b", "zebra")])

    assert before.keys() < index._follower._segments.keys()
    assert all(index._follower._segments[name] is segment for name, segment in before.items())


def test_many_small_commits_stay_few_segments(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)

    for number in range(60):
        index.apply([make_document(f"{number}", "zebra")])

    assert len(index._follower._segments) < 12


def test_rarity_and_bm25_by_hand(tmp_path: Path) -> None:
    """Three titles of 1, 1 and 4 words; zebra is in the last, twice: idf = ln(1 + 2.5 / 1.5), average length 2."""
    index = WhooshIndex(tmp_path, {**WEIGHTINGS, Field.TITLE: Weighting(0.3, 1.2, 0.5)})
    index.rebuild(
        [make_document("a", "x1"), make_document("b", "x2"), make_document("c", "zebra zebra x3 x4")]
    )

    (score,) = our_scores(index, Field.TITLE, ["zebra"]).values()

    norm = 1.2 * (0.5 + 0.5 * 4 / 2)
    assert score == pytest.approx(math.log(1 + 2.5 / 1.5) * 2.2 * 2 / (2 + norm), rel=1e-5)


def test_open_index_gives_the_whoosh_engine(tmp_path: Path) -> None:
    assert isinstance(open_index(f"whoosh:{tmp_path}"), WhooshIndex)


@pytest.mark.parametrize("left_out", list(Field))
def test_field_without_weight_is_not_even_read(tmp_path: Path, left_out: Field) -> None:
    weightings = {**WEIGHTINGS, left_out: Weighting(0.0, 1.2, 0.5)}
    index = WhooshIndex(tmp_path, weightings)
    index.rebuild([make_document("a", "zebra crossing", pages=("zebra crossing",))])

    index.search(Query("zebra crossing"))

    read = {field for _, field, _ in index._follower._cache._kept}
    assert read == set(Field) - {left_out}
