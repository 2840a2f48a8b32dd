"""What a Whoosh index of ours holds: the fields, and a document as its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from whoosh.columns import NumericColumn
from whoosh.fields import COLUMN, FieldType, Schema
from whoosh.formats import Existence

from search.analysis import terms
from search.contract import Document
from search.engines._whoosh_facts import Facts
from search.engines._whoosh_facts_column import FactsColumn
from search.feedback import said_most
from search.scoring import Field

# Raise the number when fields, rows or analysis change: the index is then built anew in a folder of its own.
SCHEMA_NAME = "assets-3"
INDEX_NAME = "assets"

PAGE_NUMBER = "page_number"
FACTS = "facts"
NUMBER_COLUMN = NumericColumn("i")


class Counted(FieldType):  # type: ignore[misc]  # whoosh has no types
    """A field that is given its terms already counted.

    Frequencies stand in the postings' weights; Existence keeps no second copy of them as values.
    """

    def __init__(self) -> None:
        super().__init__(Existence(), None, scorable=True)

    def index(self, value: Mapping[str, int], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        for term, count in value.items():
            yield term.encode(), count, float(count), b""


SCHEMA = Schema(
    **{field.value: Counted() for field in Field},
    **{PAGE_NUMBER: COLUMN(NUMBER_COLUMN), FACTS: COLUMN(FactsColumn())},
)


def rows(document: Document) -> Iterator[dict[str, Any]]:
    """Give the asset's row, then one for each page: a segment keeps this order, so pages follow their asset."""
    title, body = terms(document.title, document.language), terms(document.body, document.language)
    pages = [terms(text, document.language) for _, text in document.pages]
    together = _together([title.stems, body.stems, *(page.stems for page in pages)])
    yield {
        Field.ALL.value: together,
        Field.TITLE.value: title.stems,
        Field.PAIRS.value: _telling_pairs([title.pairs, body.pairs], [page.pairs for page in pages]),
        FACTS: Facts.of(document, said_most(together)).to_bytes(),
    }
    for (number, _), page in zip(document.pages, pages, strict=True):
        yield {Field.PAGE.value: page.stems, PAGE_NUMBER: number}


def _together(counts: Iterable[Counter[str]]) -> Counter[str]:
    together: Counter[str] = Counter()
    for one in counts:
        together.update(one)
    return together


def _telling_pairs(chosen: Iterable[Counter[str]], of_pages: Iterable[Counter[str]]) -> Counter[str]:
    """Keep a pair of the pages only when it is said again: nine in ten are not, and they found nothing in trials."""
    always = _together(chosen)
    pairs = _together([always, *of_pages])
    return Counter({pair: count for pair, count in pairs.items() if count > 1 or pair in always})
