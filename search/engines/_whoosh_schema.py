"""What a Whoosh index of ours holds: the fields, and a document as its rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from typing import Any, Self

from whoosh.columns import NumericColumn, VarBytesColumn
from whoosh.fields import COLUMN, FieldType, Schema
from whoosh.formats import Existence

from search.analysis import terms
from search.contract import Document
from search.scoring import Field

# Raise the number when fields, rows or analysis change: the index is then built anew in a folder of its own.
SCHEMA_NAME = "assets-2"
INDEX_NAME = "assets"

PAGE_NUMBER = "page_number"
FACTS = "facts"
NUMBER_COLUMN = NumericColumn("i")
FACTS_COLUMN = VarBytesColumn()


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
    **{PAGE_NUMBER: COLUMN(NUMBER_COLUMN), FACTS: COLUMN(FACTS_COLUMN)},
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an asset besides its words; kept in one column, no text among it."""

    id: str
    version: int
    conversation: str
    language: str
    group: str
    terms: tuple[str, ...]
    suggested: tuple[str, ...]
    dated: int
    review_by: int

    @classmethod
    def of(cls, document: Document) -> Self:
        """A term that people confirmed is not suggested any more."""
        return cls(
            document.id,
            document.version,
            document.conversation,
            document.language,
            document.group or document.id,
            tuple(dict.fromkeys(document.terms)),
            tuple(term for term in dict.fromkeys(document.suggested) if term not in document.terms),
            document.dated,
            document.review_by,
        )

    @classmethod
    def from_bytes(cls, stored: bytes) -> Self:
        asset_id, version, conversation, language, group, terms_, suggested, *days = json.loads(stored)
        return cls(asset_id, version, conversation, language, group, tuple(terms_), tuple(suggested), *days)

    def to_bytes(self) -> bytes:
        return json.dumps(astuple(self)).encode()


def rows(document: Document) -> Iterator[dict[str, Any]]:
    """Give the asset's row, then one for each page: a segment keeps this order, so pages follow their asset."""
    title, body = terms(document.title), terms(document.body)
    pages = [terms(text) for _, text in document.pages]
    yield {
        Field.ALL.value: _together([title.stems, body.stems, *(page.stems for page in pages)]),
        Field.TITLE.value: title.stems,
        Field.PAIRS.value: _telling_pairs([title.pairs, body.pairs], [page.pairs for page in pages]),
        FACTS: Facts.of(document).to_bytes(),
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
