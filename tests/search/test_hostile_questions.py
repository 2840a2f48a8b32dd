"""Nothing a rep can type or paste breaks a search, hangs it or reaches a query language."""

from __future__ import annotations

import time

import pytest

from search import Query, SearchIndex
from tests.search.documents import make_document

HOSTILE = {
    "parentheses": "(" * 2_000,
    "balanced parentheses": "(" * 900 + "hospital" + ")" * 900,
    "wildcards": "* ?* h*l *:* h?spital~2 [a TO z] {1 TO *}",
    "operators": 'AND OR NOT title:hospital "hospital" +a -b ^2 NEAR/3 &&&& ||||',
    "NUL": "hospital\x00downtime",
    "right to left": "\u202ehospital\u202c مستشفى בית חולים",
    "emoji": "🏥👩‍⚕️🔥 hospital",
    "lone surrogate": "hospital \ud800 \udfff",
    "1 MB": "hospital downtime " * 60_000,
    "1 MB word": "h" * 1_000_000,
    "2,000 words": " ".join(f"word{number}" for number in range(2_000)),
    "combining marks": "h" + "\u0301" * 1_900,
    "SQL": "'; DROP TABLE assets; --",
    "markup": "<script>alert(1)</script>&amp;{{7*7}}",
    "quotes": "'\"`’“" * 300,
    "hyphens": "-" * 1_000 + "a-" * 400,
    "dots": "a." * 900,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_answered_at_once(index: SearchIndex, name: str) -> None:
    index.apply([make_document("a", "hospital downtime", pages=("hospital",)), make_document("b", "other")])
    query = Query(HOSTILE[name])

    began = time.monotonic()
    results = index.search(query)
    index.highlighter(query)("The hospital.")

    assert {hit.id for hit in results.hits} <= {"a", "b"}
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_document_is_stored_and_found(index: SearchIndex, name: str) -> None:
    index.apply([make_document("a", HOSTILE[name], body=HOSTILE[name], pages=(HOSTILE[name], "zebra"))])

    (hit,) = index.search(Query("zebra")).hits

    assert (hit.id, hit.pages) == ("a", (2,))


def test_operators_are_plain_words(index: SearchIndex) -> None:
    index.apply([make_document("a", "hospital"), make_document("b", "bank")])

    results = index.search(Query("NOT hospital AND -bank"))

    assert {hit.id for hit in results.hits} == {"a", "b"}


def test_no_more_than_the_first_2_000_characters_are_read(index: SearchIndex) -> None:
    index.apply([make_document("a", "hospital")])

    assert index.search(Query("zebra " * 400 + "hospital")).total == 0


def test_long_words_are_equal_when_their_first_40_characters_are(index: SearchIndex) -> None:
    index.apply([make_document("a", "x" * 50)])

    assert index.search(Query("x" * 60)).total == 1
    assert index.search(Query("x" * 39)).total == 0


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Müller Café", "muller cafe"),
        ("cafe\u0301", "café"),
        ("Straße", "STRASSE"),
        ("日本語の病院", "病院"),
        ("병원 시스템", "병원"),
        ("โรงพยาบาล", "พยาบาล"),
        ("ﬁnance", "finance"),
        ("ｈｏｓｐｉｔａｌ", "hospital"),
        ("больница", "БОЛЬНИЦА"),
        ("अस्पताल", "अस्पताल"),
    ],
)
def test_words_of_any_script_are_found(index: SearchIndex, written: str, asked: str) -> None:
    index.apply([make_document("a", written), make_document("b", "other")])

    assert [hit.id for hit in index.search(Query(asked)).hits] == ["a"]
