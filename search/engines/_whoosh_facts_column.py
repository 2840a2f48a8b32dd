"""A column of Whoosh's for the facts of assets: rows in, for merging rows out, for reading arrays."""

from __future__ import annotations

from typing import Any

from whoosh.columns import Column, ColumnReader, ColumnWriter

from search.engines._whoosh_fact_arrays import FactArrays, packed


class FactsColumn(Column):  # type: ignore[misc]  # whoosh has no types
    """Rows in, rows and arrays out; the rows of pages are empty."""

    def writer(self, dbfile: Any) -> _Writer:
        return _Writer(dbfile)

    def reader(self, dbfile: Any, basepos: int, length: int, doccount: int) -> _Reader:
        return _Reader(dbfile, basepos, length, doccount)

    def default_value(self, reverse: bool = False) -> bytes:  # noqa: ARG002  # as whoosh calls it
        return b""


class _Writer(ColumnWriter):  # type: ignore[misc]  # whoosh has no types
    def __init__(self, dbfile: Any) -> None:
        super().__init__(dbfile)
        self._rows: list[int] = []
        self._stored: list[bytes] = []

    def add(self, row: int, stored: bytes) -> None:
        if stored:
            self._rows.append(row)
            self._stored.append(stored)

    def finish(self, _: int) -> None:
        self._dbfile.write(packed(self._rows, self._stored))


class _Reader(ColumnReader):  # type: ignore[misc]  # whoosh has no types
    """What Whoosh reads rows through when it merges segments."""

    def __init__(self, dbfile: Any, basepos: int, length: int, doccount: int) -> None:
        super().__init__(dbfile, basepos, length, doccount)
        self._facts = FactArrays(memoryview(bytes(dbfile.get(basepos, length))))
        self._places = {row: place for place, row in enumerate(self._facts.rows.tolist())}

    def __getitem__(self, row: int) -> bytes:
        place = self._places.get(row)
        return b"" if place is None else self._facts.stored(place)
