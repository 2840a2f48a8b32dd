"""Whoosh's own file format, written a term at a time instead of a posting at a time: several times as fast.

The stock pool sorts one tuple for each posting; rows arrive in order, so only the terms need sorting.
"""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec, W3FieldWriter, W3PostingsWriter

# A block is one read of the scorer: the stock 128 postings would make 80 reads of a word that 10,000 assets have.
_BLOCK_POSTINGS = 4096
_COMPRESSION = 0  # opening a block would take as long as reading it, and bytes of small numbers shrink little
_WORTH_AN_ARRAY = 64  # postings
_PICKLE = 4


class TermPostings(NamedTuple):
    field: str
    term: bytes
    rows: array[int]
    counts: array[float]


class Pool:
    """The postings of the segment being written, in memory; `size` is how many."""

    def __init__(self) -> None:
        self.size = 0
        self._fields: dict[str, dict[bytes, tuple[array[int], array[float]]]] = {}

    def add(self, posting: tuple[str, bytes, int, float, bytes | None]) -> None:
        """Take a posting; the rows of one term come in rising order."""
        field, term, row, count, _ = posting
        of_field = self._fields.setdefault(field, {})
        found = of_field.get(term)
        if found is None:
            of_field[term] = array("I", (row,)), array("f", (count,))
        else:
            found[0].append(row)
            found[1].append(count)
        self.size += 1

    def iter_postings(self) -> Iterator[TermPostings]:
        """Give each field's terms in order, and forget them on the way."""
        for field in sorted(self._fields):
            of_field = self._fields.pop(field)
            for term in sorted(of_field):
                yield TermPostings(field, term, *of_field.pop(term))

    def cleanup(self) -> None:
        self._fields.clear()


class Codec(W3Codec):  # type: ignore[misc]  # whoosh has no types
    """Reads and is read like the stock codec; writes what Pool gives."""

    length_stats = False  # they serve the stock searcher's pruning alone, at a lookup for each posting

    def __init__(self) -> None:
        super().__init__(blocklimit=_BLOCK_POSTINGS, compression=_COMPRESSION)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> _PostingsWriter:
        return _PostingsWriter(dbfile, self._blocklimit, byteids, self._compression)

    def field_writer(self, storage: Any, segment: Any) -> _FieldWriter:
        return _FieldWriter(self, storage, segment)


class _FieldWriter(W3FieldWriter):  # type: ignore[misc]  # whoosh has no types
    def add_postings(self, schema: Any, lengths: object, items: Iterator[TermPostings]) -> None:  # noqa: ARG002
        for field, of_field in groupby(items, key=itemgetter(0)):
            self.start_field(field, schema[field])
            for one in of_field:
                self.start_term(one.term)
                self._postwriter.add_all(one)
                self.finish_term()
            self.finish_field()


class _PostingsWriter(W3PostingsWriter):  # type: ignore[misc]  # whoosh has no types
    def add_all(self, postings: TermPostings) -> None:
        """Take a term's postings: whole blocks are written, the last waits for `finish_postings`."""
        count = len(postings.rows)
        for start in range(0, count, self._blocklimit):
            if start:
                self._write_block()
            self._ids = postings.rows[start : start + self._blocklimit]
            self._weights = postings.counts[start : start + self._blocklimit]
            self._maxweight = max(self._weights)

    def _write_block(self, last: bool = False) -> None:
        """Write a block as the stock method does, but long lists of numbers as arrays, which are read at once."""
        if not self._blockcount:
            self._postfile.write(WHOOSH3_HEADER_MAGIC)
        self._terminfo.add_block(self)
        rows = np.array(self._ids, np.uint32)
        counts = np.array(self._weights).astype(np.uint32)
        weights = None if (counts == 1).all() else _few_bytes(counts)
        postings = pickle.dumps((_few_bytes(np.diff(rows, prepend=np.uint32(0))), weights, None), _PICKLE)
        statistics = pickle.dumps((len(rows), int(rows[-1]), self._maxweight, 0, 0, 0), _PICKLE)
        size = len(statistics) + len(postings)
        self._postfile.write_int(-size if last else size)
        self._postfile.write(statistics)
        self._postfile.write(postings)
        self._blockcount += 1
        self._new_block()


def _few_bytes(numbers: NDArray[np.uint32]) -> array[int] | tuple[int, ...]:
    """Give the numbers in as little room as they need; an array has a head that a short list is not worth."""
    if len(numbers) < _WORTH_AN_ARRAY:
        return tuple(numbers.tolist())
    kind = next(kind for kind in "BHI" if numbers.max() < 256 ** array(kind).itemsize)
    return array(kind, numbers.astype(kind).tobytes())
