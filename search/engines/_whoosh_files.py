"""Whoosh's files read below its public surface, as views of a map: nothing is copied that is not asked for.

The version of Whoosh is pinned, and tests compare what is read here with what the stock searcher reads.
"""

from __future__ import annotations

import io
import mmap
import pickle
import struct
import zlib
from hashlib import md5
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.scoring import Floats, Indices

_POSTINGS_MARK_BYTES = 4
_BLOCK_LENGTH_BYTES = 4
_TABLE_MARK = b"HSH3"
_TABLES = 256
_DIRECTORY_ENTRY = struct.Struct("!qi")
_SLOT = struct.Struct("!Iq")
_SIZES = struct.Struct("!ii")
_EXTENT = struct.Struct("!qi")
_STATISTICS_BYTES = struct.calcsize("!BfIBBfII")


class MappedFiles:
    """The files in a segment's one file, mapped; the map ends with its last reader, so none needs closing."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as opened:
            self._map = memoryview(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ))
        (directory,) = struct.unpack_from("!q", self._map)
        self._places = pickle.loads(self._map[directory:])  # noqa: S301  # our own file in a private folder

    def view(self, name: str) -> memoryview:
        place = self._places[name]
        return self._map[place["offset"] : place["offset"] + place["length"]]

    def numbers(self, name: str, kind: str, count: int) -> NDArray[Any]:
        """Read a column of numbers; Whoosh leaves out zeros at its end, and a column of nothing else."""
        stored = np.frombuffer(self.view(name), kind) if name in self._places else np.empty(0, kind)
        return stored if len(stored) == count else np.pad(stored, (0, count - len(stored)))


class TermTable:
    """Where each term's postings are: a hash table of 256 parts, each probed slot by slot."""

    def __init__(self, stored: memoryview) -> None:
        if stored[: len(_TABLE_MARK)] != _TABLE_MARK:
            raise ValueError("This is no table of terms.")
        self._stored = stored
        end = len(stored) - 4
        extras = end - int.from_bytes(stored[end:], "big")
        self._fields: dict[str, int] = pickle.loads(stored[extras:end])["fieldmap"]  # noqa: S301  # our own file
        directory = extras - _TABLES * _DIRECTORY_ENTRY.size
        self._tables = list(_DIRECTORY_ENTRY.iter_unpack(stored[directory:extras]))

    def extent(self, field: str, term: str) -> tuple[int, int] | None:
        """Say where in the postings the term's begin, and their length; None when it is nowhere."""
        number = self._fields.get(field)
        if number is None:
            return None
        key = number.to_bytes(2, "big") + term.encode()
        hashed = int.from_bytes(md5(key, usedforsecurity=False).digest()[-4:], "big")
        table, slots = self._tables[hashed & (_TABLES - 1)]
        for probe in range(slots):
            slot = table + (((hashed >> 8) + probe) % slots) * _SLOT.size
            slot_hash, item = _SLOT.unpack_from(self._stored, slot)
            if not item:
                return None
            if slot_hash == hashed:
                size, _ = _SIZES.unpack_from(self._stored, item)
                start = item + _SIZES.size
                if self._stored[start : start + size] == key:
                    offset, length = _EXTENT.unpack_from(self._stored, start + size + _STATISTICS_BYTES)
                    return offset, length
        return None


class RawPostings(NamedTuple):
    """In which rows a term occurs, and how often in each."""

    rows: Indices
    frequencies: Floats


def decoded(stored: memoryview) -> RawPostings:
    """Decode a posting list: after a mark, blocks of length, pickled statistics and pickled postings.

    A negative length marks the last block; numbers in a block are differences, weights are left out when all 1.
    """
    rows: list[Indices] = []
    weights: list[Floats] = []
    position = _POSTINGS_MARK_BYTES
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
        rows.append(np.cumsum(np.asarray(differences), dtype=np.int32))
        weights.append(_weights(block_weights, count))
    if len(rows) == 1:
        return RawPostings(rows[0], weights[0])
    return RawPostings(np.concatenate(rows), np.concatenate(weights))


def _weights(stored: object, count: int) -> Floats:
    match stored:
        case None:
            return np.ones(count, np.float32)
        case float():
            return np.full(count, stored, np.float32)
        case _:
            return np.asarray(stored).astype(np.float32)
