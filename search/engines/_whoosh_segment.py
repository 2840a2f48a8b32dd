"""One segment of a Whoosh index as arrays: read once, never changed, shared by all later snapshots.

Whoosh's own searcher walks postings one by one in Python; here a term's postings become two arrays. It reads
Whoosh's codec below its public surface, so the version is pinned and tests compare with the stock searcher.
"""

from __future__ import annotations

import io
import mmap
import pickle
import struct
import zlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.structfile import BufferFile
from whoosh.reading import TermNotFound
from whoosh.util.numeric import byte_to_length

from search.engines._bounded import Bounded
from search.engines._whoosh_schema import FACTS, FACTS_COLUMN, PAGE_NUMBER, Facts
from search.scoring import Field, Floats, Indices

_LENGTHS = np.array([byte_to_length(byte) for byte in range(256)], dtype=np.float32)
_MAGIC_BYTES = 4
_BLOCK_LENGTH_BYTES = 4


class Postings(NamedTuple):
    """Where a term occurs: places among the segment's assets (or pages), and how often in each."""

    places: Indices
    frequencies: Floats


PostingsCache = Bounded[tuple[str, Field, str], Postings]

_NOWHERE = Postings(np.empty(0, np.int32), np.empty(0, np.float32))


class Segment:
    """A segment's assets and pages in the order they were written; `rows` are Whoosh's document numbers."""

    def __init__(self, folder: Path, segment: Any, cache: PostingsCache) -> None:
        self.name: str = segment.segment_id()
        self._cache = cache
        self._files = _MappedFiles(folder / segment.make_filename(segment.COMPOUND_EXT))
        codec: W3Codec = segment.codec()
        self._terms = codec.terms_reader(self._files, segment)
        self._terms._tindex.dbfile.forget_copy()
        self._postings = self._files.view(segment.make_filename(W3Codec.POSTS_EXT))
        columns = codec.per_document_reader(self._files, segment)
        self.row_count: int = segment.doc_count_all()
        stored = list(columns.column_reader(FACTS, FACTS_COLUMN)) if columns.has_column(FACTS) else []
        self.facts: Sequence[Facts] = [Facts.from_bytes(one) for one in stored if one]
        is_asset = np.array([bool(one) for one in stored], dtype=bool)
        self.asset_rows = np.flatnonzero(is_asset)
        page_rows = np.flatnonzero(~is_asset)
        self.page_owners = (np.cumsum(is_asset) - 1)[page_rows].astype(np.int32)
        self.page_numbers = self._column(segment, PAGE_NUMBER, ">i4")[page_rows]
        self._places = np.where(is_asset, np.cumsum(is_asset), np.cumsum(~is_asset)).astype(np.int32) - 1
        self.lengths = {
            field: _LENGTHS[self._column(segment, f"_{field.value}_len", "u1")][
                page_rows if field is Field.PAGE else self.asset_rows
            ]
            for field in Field
        }

    def rows_of(self, place: int) -> range:
        """Whoosh's document numbers of an asset and its pages."""
        following = self.asset_rows[place + 1 : place + 2].tolist()
        return range(int(self.asset_rows[place]), following[0] if following else self.row_count)

    def postings(self, field: Field, term: str) -> Postings:
        """Read where a term occurs, deleted rows included."""
        key = (self.name, field, term)
        found = self._cache.get(key)
        if found is None:
            found = self._read(field, term)
            self._cache.put(key, found, found.places.nbytes + found.frequencies.nbytes + 200)
        return found

    def _read(self, field: Field, term: str) -> Postings:
        try:
            info = self._terms.term_info(field.value, term.encode())
        except TermNotFound:
            return _NOWHERE
        offset, (length,) = info.extent()  # whoosh leaves the length as unpacked, a tuple of one
        ids, weights = _blocks(self._postings[offset : offset + length])
        return Postings(self._places[ids], weights)

    def _column(self, segment: Any, column: str, kind: str) -> NDArray[np.int32]:
        """Read a column of numbers; Whoosh leaves out zeros at its end, and a column of nothing else."""
        name = W3Codec.column_filename(segment, column)
        found = np.zeros(self.row_count, np.int32)
        if self._files.file_exists(name):
            stored = np.frombuffer(self._files.view(name), dtype=kind)
            found[: len(stored)] = stored
        return found


class _MappedFile(BufferFile):  # type: ignore[misc]  # whoosh has no types
    """A file inside the mapped segment; the stock class would copy all of it into memory for good."""

    def __init__(self, buf: memoryview, name: str) -> None:
        self._buf = buf
        self._name = name
        self.onclose = None
        self.is_real = False
        self.is_closed = False

    @cached_property
    def file(self) -> io.BytesIO:
        return io.BytesIO(self._buf)

    def forget_copy(self) -> None:
        """Free what opening needed; lookups read the map itself, which threads may share."""
        self.__dict__.pop("file", None)


class _MappedFiles:
    """The files in a segment's one file, mapped; the map ends with its last reader, so none needs closing."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as opened:
            self._map = memoryview(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ))
        (directory,) = struct.unpack_from("!q", self._map)
        self._places = pickle.loads(self._map[directory:])  # noqa: S301  # our own file in a private folder

    def view(self, name: str) -> memoryview:
        place = self._places[name]
        return self._map[place["offset"] : place["offset"] + place["length"]]

    def open_file(self, name: str) -> _MappedFile:
        return _MappedFile(self.view(name), name)

    def file_exists(self, name: str) -> bool:
        return name in self._places

    def file_length(self, name: str) -> int:
        return int(self._places[name]["length"])


def _blocks(stored: memoryview) -> tuple[Indices, Floats]:
    """Decode a posting list: after a mark, blocks of length, pickled statistics and pickled postings.

    A negative length marks the last block; numbers in a block are differences, weights are left out when all 1.
    """
    ids: list[Indices] = []
    weights: list[Floats] = []
    position = _MAGIC_BYTES
    is_last = False
    while not is_last:
        start = position + _BLOCK_LENGTH_BYTES
        length = int.from_bytes(stored[position:start], "big", signed=True)
        is_last = length < 0
        position = start + abs(length)
        block = io.BytesIO(stored[start:position])
        count, _, _, compressed, _, _ = pickle.load(block)  # noqa: S301  # our own file in a private folder
        rest = block.read()
        differences, block_weights, _ = pickle.loads(zlib.decompress(rest) if compressed else rest)  # noqa: S301
        ids.append(np.cumsum(np.array(differences, np.int32), dtype=np.int32))
        weights.append(_weights(block_weights, count))
    return np.concatenate(ids), np.concatenate(weights)


def _weights(stored: tuple[float, ...] | float | None, count: int) -> Floats:
    match stored:
        case None:
            return np.ones(count, np.float32)
        case float():
            return np.full(count, stored, np.float32)
        case _:
            return np.array(stored, np.float32)
