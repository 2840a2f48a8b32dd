"""One segment of a Whoosh index as arrays: read once, never changed, shared by all later snapshots.

Whoosh's own searcher walks postings one by one in Python; here a term's postings become arrays.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec
from whoosh.util.numeric import byte_to_length

from search.contract import SearchUnavailable
from search.engines._bounded import Bounded
from search.engines._whoosh_fact_arrays import FactArrays
from search.engines._whoosh_files import MappedFiles, RawPostings, TermTable, decoded
from search.engines._whoosh_folder import BROKEN
from search.engines._whoosh_schema import FACTS, PAGE_NUMBER
from search.scoring import Field, Floats, Indices

LENGTHS = np.array([byte_to_length(byte) for byte in range(256)], dtype=np.float32)


class Postings(NamedTuple):
    """Where a term occurs: places among the segment's assets (or pages), how often, and the text's length.

    Lengths are as Whoosh stores them, in a byte that `LENGTHS` reads.
    """

    places: Indices
    frequencies: Floats
    length_bytes: NDArray[np.uint8]


PostingsCache = Bounded[tuple[str, Field, str], Postings]

NOWHERE = Postings(np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.uint8))
_NO_ROWS = RawPostings(np.empty(0, np.int32), np.empty(0, np.float32))


class Segment:
    """A segment's assets and pages in the order they were written; rows are Whoosh's document numbers.

    The pages of asset i are those from `page_starts[i]` to before `page_starts[i + 1]`.
    """

    def __init__(self, folder: Path, segment: Any, cache: PostingsCache) -> None:
        self.name: str = segment.segment_id()
        self._cache = cache
        files = MappedFiles(folder / segment.make_filename(segment.COMPOUND_EXT))
        self._terms = TermTable(files.view(segment.make_filename(W3Codec.TERMS_EXT)))
        self._postings = files.view(segment.make_filename(W3Codec.POSTS_EXT))
        self.row_count: int = segment.doc_count_all()
        self.facts = facts = FactArrays(files.view(W3Codec.column_filename(segment, FACTS)))
        self.page_starts = np.append(facts.rows, self.row_count) - np.arange(len(facts.rows) + 1)
        is_asset = np.zeros(self.row_count, np.int32)
        is_asset[facts.rows] = 1
        self._places = np.arange(self.row_count, dtype=np.int32)
        self._places -= np.cumsum(is_asset, dtype=np.int32)  # for pages: less the assets before
        self._places[facts.rows] = np.arange(len(facts.rows), dtype=np.int32)
        self._page_numbers = files.numbers(
            W3Codec.column_filename(segment, PAGE_NUMBER), ">i4", self.row_count
        )
        self._length_bytes = {
            field: files.numbers(
                W3Codec.column_filename(segment, f"_{field.value}_len"), "u1", self.row_count
            )
            for field in Field
        }

    def __len__(self) -> int:
        return len(self.facts.rows)

    @cached_property
    def page_owners(self) -> NDArray[np.intp]:
        """The asset of each page."""
        return np.repeat(np.arange(len(self)), np.diff(self.page_starts))

    def rows_of(self, place: int) -> range:
        """Whoosh's document numbers of an asset and its pages."""
        first = int(self.facts.rows[place])
        return range(first, first + 1 + len(self.pages_of(place)[1]))

    def pages_of(self, place: int) -> tuple[int, Indices]:
        """Say which is an asset's first page, and what numbers its pages have in the document."""
        start, end = self.page_starts[place : place + 2].tolist()
        row = start + place + 1  # the assets up to this one have a row each
        return start, self._page_numbers[row : row + end - start]

    def asset_lengths(self, field: Field) -> NDArray[np.uint8]:
        """Give the bytes that the lengths of the assets' texts are stored in."""
        lengths: NDArray[np.uint8] = self._length_bytes[field][self.facts.rows]
        return lengths

    def length(self, field: Field, rows: NDArray[np.intp] | None = None) -> float:
        """Sum the lengths of all texts of a field, or of those in some rows."""
        if rows is not None:
            return float(LENGTHS[self._length_bytes[field][rows]].sum(dtype=np.float64))
        return self._whole_lengths[field]

    @cached_property
    def _whole_lengths(self) -> dict[Field, float]:
        return {
            field: float(np.bincount(stored, minlength=len(LENGTHS)) @ LENGTHS.astype(np.float64))
            for field, stored in self._length_bytes.items()
        }

    def postings(self, field: Field, term: str) -> Postings:
        """Read where a term occurs, deleted rows included. Raises SearchUnavailable."""
        key = (self.name, field, term)
        found = self._cache.get(key)
        if found is None:
            found = self._read(field, term)
            self._cache.put(key, found, sum(array.nbytes for array in found) + 300)
        return found

    def occurrences(self, field: Field, term: str) -> RawPostings:
        """Read in which places a term occurs and how often, and keep nothing. Raises SearchUnavailable."""
        found = self._cache.get((self.name, field, term))
        if found is not None:
            return RawPostings(found.places, found.frequencies)
        rows, frequencies = self._decoded(field, term)
        return RawPostings(self._places[rows], frequencies)

    def _read(self, field: Field, term: str) -> Postings:
        rows, frequencies = self._decoded(field, term)
        if not len(rows):
            return NOWHERE
        return Postings(self._places[rows], frequencies, self._length_bytes[field][rows])

    def _decoded(self, field: Field, term: str) -> RawPostings:
        try:
            extent = self._terms.extent(field.value, term)
            if extent is None:
                return _NO_ROWS
            offset, length = extent
            return decoded(self._postings[offset : offset + length])
        except Exception as error:  # damaged postings may raise anything at all
            raise SearchUnavailable(BROKEN) from error
