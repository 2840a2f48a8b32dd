"""Which assets carry which labels (terms, conversations): by label, and counted for any set of assets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from search.scoring import Indices

if TYPE_CHECKING:
    from search.engines._whoosh_groups import Groups

Places = NDArray[np.intp]


class SegmentLabels:
    """The labels of one segment's assets; those of asset i end at `ends[i]`, and without `ends` each has one."""

    def __init__(self, labels: Sequence[str], numbers: Indices, ends: NDArray[np.int64] | None) -> None:
        self.labels = labels
        self.numbers = numbers
        self.ends = np.arange(1, len(numbers) + 1) if ends is None else ends
        self.is_one_each = ends is None

    def assets_with(self, label: str) -> Indices:
        starts, assets = self._by_label
        number = self._numbers_of.get(label)
        return assets[:0] if number is None else assets[starts[number] : starts[number + 1]]

    @cached_property
    def _numbers_of(self) -> Mapping[str, int]:
        return {label: number for number, label in enumerate(self.labels)}

    @cached_property
    def _by_label(self) -> tuple[NDArray[np.intp], Indices]:
        owners = np.repeat(np.arange(len(self.ends), dtype=np.int32), np.diff(self.ends, prepend=0))
        # Sixteen bits are sorted by radix, ten times as fast as more of them.
        numbers = self.numbers.astype(np.uint16) if len(self.labels) <= 1 << 16 else self.numbers
        counts = np.bincount(self.numbers, minlength=len(self.labels))
        return np.concatenate(([0], np.cumsum(counts))), owners[np.argsort(numbers, kind="stable")]


class Carried:
    """The labels of a snapshot's assets, joined from its segments; each segment's assets begin at its `first`.

    Assets that are deleted carry labels too: who asks leaves them out.
    """

    def __init__(self, parts: Sequence[tuple[int, SegmentLabels]]) -> None:
        self._parts = parts
        self._found: dict[str, Places] = {}

    def assets_with(self, label: str) -> Places:
        found = self._found.get(label)
        if found is None:
            pieces = [part.assets_with(label) + np.intp(first) for first, part in self._parts]
            found = self._found[label] = np.concatenate(pieces) if pieces else np.empty(0, np.intp)
        return found

    def of(self, place: int) -> tuple[str, ...]:
        """Name the labels of one asset."""
        start = int(self._ends[place - 1]) if place else 0
        return tuple(self.labels[number] for number in self._numbers[start : int(self._ends[place])].tolist())

    def counts(self, places: Places) -> dict[str, int]:
        """Count the assets of each label; labels without any are left out."""
        return self._named(np.bincount(self._numbers_at(places), minlength=len(self.labels)))

    def group_counts(self, places: Places, groups: Groups) -> dict[str, int]:
        """Count for each label the groups of those assets that carry it."""
        is_shared = groups.is_shared[places]
        shared = places[is_shared]
        carriers = np.repeat(groups.numbers[shared].astype(np.int64), self._sizes(shared))
        pairs = np.unique(carriers * len(self.labels) + self._numbers_at(shared))
        alone = np.bincount(self._numbers_at(places[~is_shared]), minlength=len(self.labels))
        return self._named(alone + np.bincount(pairs % max(len(self.labels), 1), minlength=len(self.labels)))

    @cached_property
    def labels(self) -> list[str]:
        return list(dict.fromkeys(label for _, part in self._parts for label in part.labels))

    @cached_property
    def _is_one_each(self) -> bool:
        return all(part.is_one_each for _, part in self._parts)

    @cached_property
    def _numbers(self) -> Indices:
        number_of = {label: number for number, label in enumerate(self.labels)}
        pieces = [
            np.array([number_of[label] for label in part.labels], np.int32)[part.numbers]
            for _, part in self._parts
        ]
        return np.concatenate(pieces) if pieces else np.empty(0, np.int32)

    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        before = np.cumsum([0, *(len(part.numbers) for _, part in self._parts)])
        pieces = [part.ends + start for start, (_, part) in zip(before.tolist(), self._parts, strict=False)]
        return np.concatenate(pieces) if pieces else np.empty(0, np.int64)

    def _sizes(self, places: Places) -> NDArray[np.int64]:
        if self._is_one_each:
            return np.ones(len(places), np.int64)
        return self._ends[places] - np.where(places > 0, self._ends[places - 1], 0)

    def _numbers_at(self, places: Places) -> Indices:
        at: NDArray[np.int64] = places
        if not self._is_one_each:
            sizes = self._sizes(places)
            following = np.cumsum(sizes)
            first = self._ends[places] - following
            at = np.arange(following[-1] if len(following) else 0) + np.repeat(first, sizes)
        found: Indices = self._numbers[at]
        return found

    def _named(self, counts: NDArray[np.intp]) -> dict[str, int]:
        return {label: count for label, count in zip(self.labels, counts.tolist(), strict=True) if count}
