"""Rows of a table of assets: which columns there are, and what a row says of its asset."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from content_map.domain import row_values
from content_map.domain.assets import (
    EXTERNAL_ID_CHARACTERS,
    SUMMARY_CHARACTERS,
    TITLE_CHARACTERS,
    Audience,
)
from content_map.domain.cells import unescaped
from content_map.domain.row_values import Reading, Unreadable
from content_map.domain.vocabulary import Facet
from content_map.errors import FieldError

EXTERNAL_ID, TITLE, CONVERSATION, PLACE, OWNER = (
    "external_id",
    "title",
    "conversation",
    "url_or_path",
    "owner_email",
)
AUDIENCE, LANGUAGE, PUBLISH_AT, EXPIRES_AT, REVIEW_BY, SUMMARY = (
    "audience",
    "language",
    "publish_at",
    "expires_at",
    "review_by",
    "summary",
)
FACETS: Mapping[str, Facet] = {facet.value: facet for facet in Facet}
# The order in which they are exported: the owner, issue 3.
COLUMNS = (
    *(EXTERNAL_ID, TITLE, CONVERSATION, PLACE, OWNER, AUDIENCE, LANGUAGE),
    *FACETS,
    *(PUBLISH_AT, EXPIRES_AT, REVIEW_BY, SUMMARY),
)
BETWEEN_TERMS = ";"
CLEARS = "-"
PLACE_CHARACTERS = 4_096


@dataclass(frozen=True, slots=True)
class AssetRow:
    """A row that can be read. `values` has a column only where its cell says something; None clears the field.

    `index` counts rows from 0; `written_id` is the external id as it stands in the cell, with its spaces.
    """

    index: int
    external_id: str | None
    written_id: str | None
    place: str | None
    values: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What to call the row in a log."""
        title = self.values.get(TITLE)
        return self.external_id or self.place or (title if isinstance(title, str) else "")


def read_row(
    index: int, cells: Mapping[str, object], reading: Reading
) -> tuple[AssetRow, tuple[FieldError, ...]]:
    """Read a row as far as it can be; the problems name the columns, such as `/3/owner_email`."""
    values: dict[str, Any] = {}
    problems: list[FieldError] = []
    for column, cell in cells.items():
        try:
            values[column] = _value(column, cell, reading)
        except Unreadable as refusal:
            problems.append(FieldError(f"/{index}/{column}", str(refusal)))
    external_id, place = values.pop(EXTERNAL_ID, None), values.pop(PLACE, None)
    if EXTERNAL_ID not in cells and PLACE not in cells:
        sentence = "Without an external id it must say which address or object it is about."
        problems.append(FieldError(f"/{index}/{EXTERNAL_ID}", sentence))
    written = cells.get(EXTERNAL_ID)
    written_id = unescaped(written) if isinstance(written, str) else None
    return AssetRow(index, external_id, written_id, place, values), tuple(problems)


def by_row(problems: tuple[FieldError, ...]) -> Iterator[tuple[int, str, str]]:
    """Take pointers apart: the row counted from 0, the column or nothing, and the sentence."""
    for problem in problems:
        _, index, *column = problem.pointer.split("/")
        yield int(index), column[0] if column else "", problem.detail


def _value(column: str, cell: object, reading: Reading) -> Any:
    if not isinstance(cell, str):
        raise Unreadable("Write text here.")
    trimmed = cell.strip()
    if trimmed == CLEARS:
        if column in _NEVER_EMPTY:
            raise Unreadable("This cannot be cleared. Leave the cell empty, and it stays as it is.")
        return () if column in FACETS else None
    return _READERS[column](unescaped(cell).strip(), reading)


def _bounded(most: int) -> Callable[[str, Reading], str]:
    def read(text: str, _reading: Reading) -> str:
        if len(text) > most:
            raise Unreadable(f"Write at most {most:,} characters; these are {len(text):,}.")
        return text

    return read


def _title(text: str, reading: Reading) -> str:
    return _bounded(TITLE_CHARACTERS)(" ".join(text.split()), reading)


def _terms_of(facet: Facet) -> Callable[[str, Reading], tuple[row_values.TableTerm, ...]]:
    def read(text: str, reading: Reading) -> tuple[row_values.TableTerm, ...]:
        words = [word.strip() for word in text.split(BETWEEN_TERMS) if word.strip()]
        return tuple(dict.fromkeys(reading.lexicon.find(facet, word) for word in words))

    return read


_NEVER_EMPTY = frozenset({EXTERNAL_ID, TITLE, PLACE, OWNER, AUDIENCE})
_READERS: Mapping[str, Callable[[str, Reading], Any]] = {
    EXTERNAL_ID: _bounded(EXTERNAL_ID_CHARACTERS),
    TITLE: _title,
    CONVERSATION: lambda text, _: row_values.conversation(text),
    PLACE: _bounded(PLACE_CHARACTERS),
    OWNER: lambda text, reading: row_values.owner(text, reading.owners).id,
    AUDIENCE: lambda text, _: Audience(row_values.choice(text, Audience)),
    LANGUAGE: lambda text, _: row_values.language(text),
    **{name: _terms_of(facet) for name, facet in FACETS.items()},
    PUBLISH_AT: lambda text, reading: row_values.moment(text, reading.zone),
    EXPIRES_AT: lambda text, reading: row_values.moment(text, reading.zone),
    REVIEW_BY: lambda text, _: row_values.day(text),
    SUMMARY: _bounded(SUMMARY_CHARACTERS),
}
