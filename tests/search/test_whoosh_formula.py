"""The whole score of the words against its formula, each part of it counted by Whoosh's own searcher."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import Document, Query, feedback
from search.analysis import question
from search.engines.whoosh import WhooshIndex
from search.scoring import WEIGHTINGS, Field
from tests.search.documents import make_document
from tests.search.test_whoosh_scores import stock_scores

WORDS = [f"w{number}" for number in range(8)]
sentences = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
libraries = st.lists(
    st.tuples(sentences, sentences, st.lists(sentences, max_size=3).map(tuple)), min_size=1, max_size=12
)


def weighed(folder: Path, field: Field, terms: Mapping[str, float], rows: Sequence[int]) -> dict[int, float]:
    """Score each row by a field's part of the formula."""
    scores: dict[int, float] = {}
    for term, weight in terms.items():
        for row, score in stock_scores(folder, field, [term], rows).items():
            scores[row] = scores.get(row, 0.0) + WEIGHTINGS[field].weight * weight * score
    return scores


def by_formula(folder: Path, library: list[Document], text: str) -> dict[str, float]:
    """Sum title, pairs, the whole text and the best page of each asset, by weight, the best asset's at 1."""
    asked = question(text)
    asset_rows = list(itertools.accumulate((1 + len(one.pages) for one in library[:-1]), initial=0))
    owner_of = {
        row + page: one.id
        for one, row in zip(library, asset_rows, strict=True)
        for page in range(1 + len(one.pages))
    }
    page_rows = sorted(owner_of.keys() - set(asset_rows))
    scores = dict.fromkeys((one.id for one in library), 0.0)
    for field, terms in ((Field.ALL, asked.stems), (Field.TITLE, asked.stems), (Field.PAIRS, asked.pairs)):
        for row, score in weighed(folder, field, terms, asset_rows).items():
            scores[owner_of[row]] += score
    best_pages: dict[str, float] = {}
    for row, score in weighed(folder, Field.PAGE, asked.stems, page_rows).items():
        best_pages[owner_of[row]] = max(best_pages.get(owner_of[row], 0.0), score)
    for asset_id, score in best_pages.items():
        scores[asset_id] += score
    best = max(scores.values(), default=0.0)
    return {asset_id: score / best for asset_id, score in scores.items() if score > 0}


@settings(max_examples=25, deadline=None)
@given(library=libraries, text=sentences.filter(bool))
def test_score_of_the_words_is_that_of_the_formula(
    tmp_path_factory: pytest.TempPathFactory,
    library: list[tuple[str, str, tuple[str, ...]]],
    text: str,
) -> None:
    folder = tmp_path_factory.mktemp("index")
    documents = [
        make_document(f"{number:03}", title, body=body, pages=pages)
        for number, (title, body, pages) in enumerate(library)
    ]
    index = WhooshIndex(folder)
    index.rebuild(documents)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feedback, "WEIGHT", 0.0)  # what the best answers add is no part of this formula
        hits = index.search(Query(text, limit=50)).hits

    assert {hit.id: hit.lexical for hit in hits} == pytest.approx(
        by_formula(folder, documents, text), rel=1e-4
    )
