"""The facts of a segment's assets as arrays, packed into one column.

A segment of 50,000 assets opens in a millisecond because nothing is parsed: arrays are views of the mapped file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from hashlib import blake2b
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.engines._whoosh_facts import Facts
from search.engines._whoosh_labels import SegmentLabels

_ALIGNED_BYTES = 8


@lru_cache(maxsize=1 << 16)
def key_of(text: str) -> int:
    """Give an id or a group a number of 64 bits, the same in every process."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


class FactArrays:
    """A segment's assets, numbered from 0 in the order they were written.

    `rows` are Whoosh's document numbers; `id_ranks` is each asset's place when all are sorted by id.
    """

    def __init__(self, packed: memoryview) -> None:
        (size,) = np.frombuffer(packed[:_ALIGNED_BYTES], np.int64)
        header = json.loads(bytes(packed[_ALIGNED_BYTES : _ALIGNED_BYTES + size]))
        start = _aligned(_ALIGNED_BYTES + int(size))
        found: dict[str, NDArray[Any]] = {}
        for name, kind, size_bytes in header["arrays"]:
            found[name] = np.frombuffer(packed[start : start + size_bytes], kind)
            start += _aligned(size_bytes)
        self.languages: list[str] = header["languages"]
        self.rows = found["rows"]
        self._keys, self._by_key = found["keys"], found["by_key"]
        self.id_ranks = found["id_ranks"]
        self.groups = found["groups"]
        self.dated = found["dated"]
        self.review_by = found["review_by"]
        self.conversations = _labels("conversations", header["conversations"], found)
        self.terms = _labels("terms", header["terms"], found)
        self.suggested = _labels("suggested", header["terms"], found)
        self._ids, self._id_ends = found["ids"], found["id_ends"]
        self._stored, self._stored_ends = found["stored"], found["stored_ends"]

    @cached_property
    def keys(self) -> NDArray[np.uint64]:
        """The ids' keys, sorted; aligned, or each look-up would copy them all."""
        return np.require(self._keys, requirements="A")

    @cached_property
    def by_key(self) -> NDArray[np.int32]:
        """Whose each of the keys is."""
        return np.require(self._by_key, requirements="A")

    def id(self, place: int) -> str:
        return _slice(self._ids, self._id_ends, place).decode()

    def stored(self, place: int) -> bytes:
        return _slice(self._stored, self._stored_ends, place)


def _labels(name: str, labels: Sequence[str], found: Mapping[str, NDArray[Any]]) -> SegmentLabels:
    return SegmentLabels(labels, found[f"{name}_sets"], found[f"{name}_numbers"], found[f"{name}_ends"])


def _slice(joined: NDArray[np.uint8], ends: NDArray[np.int64], place: int) -> bytes:
    start = int(ends[place - 1]) if place else 0
    return joined[start : int(ends[place])].tobytes()


def packed(rows: Sequence[int], stored: Sequence[bytes]) -> bytes:
    """Pack the stored facts of assets that stand in these rows."""
    facts = [Facts.from_bytes(one) for one in stored]
    ids = [one.id for one in facts]
    keys = np.array([key_of(one) for one in ids], np.uint64)
    by_key = np.argsort(keys)
    id_ranks = np.empty(len(ids), np.int32)
    id_ranks[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids), dtype=np.int32)
    terms: dict[str, int] = {}
    conversations: dict[str, int] = {}
    arrays: dict[str, NDArray[Any]] = {
        "rows": np.array(rows, np.int32),
        "keys": keys[by_key],
        "by_key": by_key.astype(np.int32),
        "id_ranks": id_ranks,
        "groups": np.array([key_of(one.group) for one in facts], np.uint64),
        "dated": np.array([one.dated for one in facts], np.int32),
        "review_by": np.array([one.review_by for one in facts], np.int32),
        **_labelled("conversations", [(one.conversation,) for one in facts], conversations),
        **_labelled("terms", [one.terms for one in facts], terms),
        **_labelled("suggested", [one.suggested for one in facts], terms),
        "ids": np.frombuffer("".join(ids).encode(), np.uint8),
        "id_ends": _ends(len(one.encode()) for one in ids),
        "stored": np.frombuffer(b"".join(stored), np.uint8),
        "stored_ends": _ends(map(len, stored)),
    }
    return _joined(
        arrays,
        {
            "conversations": list(conversations),
            "terms": list(terms),
            "languages": sorted({one.language for one in facts}),
        },
    )


def _labelled(
    name: str, carried: Sequence[tuple[str, ...]], labels: dict[str, int]
) -> dict[str, NDArray[np.int64]]:
    """Number the different sets of labels, and the labels in them; `labels` grows on the way."""
    number_of: dict[tuple[str, ...], int] = {}
    sets = [number_of.setdefault(one, len(number_of)) for one in carried]
    numbers = [labels.setdefault(label, len(labels)) for one in number_of for label in one]
    return {
        f"{name}_sets": np.array(sets, np.int64),
        f"{name}_numbers": np.array(numbers, np.int64),
        f"{name}_ends": _ends(map(len, number_of)),
    }


def _ends(sizes: Iterable[int]) -> NDArray[np.int64]:
    return np.array(list(accumulate(sizes)), np.int64)


def _joined(arrays: Mapping[str, NDArray[Any]], labels: Mapping[str, Sequence[str]]) -> bytes:
    """Write the size of a header, the header, and the arrays it names; each begins at a multiple of eight."""
    listed = [(name, array.dtype.str, array.nbytes) for name, array in arrays.items()]
    header = json.dumps({"arrays": listed, **labels}).encode()
    parts = [np.int64(len(header)).tobytes() + header, *(array.tobytes() for array in arrays.values())]
    return b"".join(part.ljust(_aligned(len(part)), b"\0") for part in parts)


def _aligned(size_bytes: int) -> int:
    return -(-size_bytes // _ALIGNED_BYTES) * _ALIGNED_BYTES
