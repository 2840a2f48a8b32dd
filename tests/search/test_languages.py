"""An index of documents in several languages answers a question in any of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search import Query, SearchIndex
from tests.search.documents import make_document


@pytest.mark.parametrize(
    ("asked", "found", "marked"),
    [
        ("Kosten für ein Haus", "german", "<mark>Häuser</mark>"),
        ("coûts des entreprises", "french", "<mark>entreprise</mark> réduit"),
        ("houses", "english", "<mark>house</mark>"),
        ("公司", "chinese", "<mark>公司</mark>"),
    ],
)
def test_question_finds_and_marks_a_page_in_its_own_language(
    index: SearchIndex, asked: str, found: str, marked: str
) -> None:
    documents = {
        "german": ("de", "Unsere Häuser senken die Wartung und den Aufwand."),
        "french": ("fr", "L'entreprise réduit ses dépenses avec nous."),
        "english": ("en", "Every house reduces what it spends."),
        "chinese": ("zh", "我们的公司降低维护费用。"),
    }
    index.rebuild(
        replace(make_document(name, "", pages=(text,)), language=language)
        for name, (language, text) in documents.items()
    )

    best = index.search(Query(asked)).hits[0].id
    html = index.highlighter(Query(asked))(documents[found][1])

    assert best == found
    assert html is not None
    assert marked in html


def test_word_of_another_language_is_known_in_its_forms(index: SearchIndex) -> None:
    index.rebuild([replace(make_document("a", "Häuser"), language="de")])

    assert index.knows("Hauses")
    assert not index.knows("Gebäude")
