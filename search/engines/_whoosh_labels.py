"""Which assets carry which labels (terms, conversations): by label, and counted for any set of assets.

Many assets carry the same labels: each different set of them is kept once, and assets only have its number.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from search.engines._whoosh_groups import Groups

Places = NDArray[np.intp]

_FEW = 2_000


class SegmentLabels(NamedTuple):
    """The labels of one segment's assets: `sets` by asset; set i has the `numbers` that end at `ends[i]`."""

    labels: Sequence[str]
    sets: NDArray[np.intp]
    numbers: NDArray[np.intp]
    ends: NDArray[np.intp]


class Carried:
    """The labels of a snapshot's assets, joined from its segments.

    Assets that are deleted carry labels too: who asks leaves them out.
    """

    def __init__(self, parts: Sequence[SegmentLabels]) -> None:
        self.labels = list(dict.fromkeys(label for part in parts for label in part.labels))
        self._number_of = {label: number for number, label in enumerate(self.labels)}
        self._sets = _joined([part.sets for part in parts], [len(part.ends) for part in parts])
        self._ends = _joined([part.ends for part in parts], [len(part.numbers) for part in parts])
        self._sizes = np.diff(self._ends, prepend=0)
        self._numbers = np.concatenate([np.empty(0, np.intp), *map(self._renumbered, parts)])
        self._found: dict[str, Places] = {}

    def assets_with(self, label: str) -> Places:
        found = self._found.get(label)
        if found is None:
            is_wanted = np.zeros(len(self._ends), bool)
            is_wanted[self._set_of_each[self._numbers == self._number_of.get(label, -1)]] = True
            found = self._found[label] = np.flatnonzero(is_wanted[self._sets])
        return found

    def of(self, place: int) -> tuple[str, ...]:
        """Name the labels of one asset."""
        number = self._sets[place]
        end = int(self._ends[number])
        return tuple(self.labels[one] for one in self._numbers[end - int(self._sizes[number]) : end].tolist())

    def counts(self, places: Places) -> dict[str, int]:
        """Count the assets of each label; labels without any are left out."""
        return self._named(self._counted(places))

    def group_counts(self, places: Places, groups: Groups) -> dict[str, int]:
        """Count for each label the groups of those assets that carry it."""
        is_shared = groups.is_shared[places]
        shared = places[is_shared]
        sets = self._sets[shared]
        carriers = np.repeat(groups.numbers[shared].astype(np.int64), self._sizes[sets])
        pairs = np.unique(carriers * len(self.labels) + self._numbers_in(sets))
        once = np.bincount(pairs % max(len(self.labels), 1), minlength=len(self.labels))
        return self._named(self._counted(places[~is_shared]) + once)

    def _counted(self, places: Places) -> NDArray[np.int64]:
        times = np.bincount(self._sets[places], minlength=len(self._ends))
        if len(self._numbers) <= _FEW + len(places):  # then one pass over all is less than choosing
            every = np.bincount(self._numbers, weights=times[self._set_of_each], minlength=len(self.labels))
            return every.astype(np.int64)
        sets = np.flatnonzero(times > 0)
        weights = np.repeat(times[sets], self._sizes[sets])
        counted = np.bincount(self._numbers_in(sets), weights=weights, minlength=len(self.labels))
        return counted.astype(np.int64)

    def _numbers_in(self, sets: NDArray[np.intp]) -> NDArray[np.intp]:
        """Give the labels' numbers of one set after the other."""
        sizes = self._sizes[sets]
        following = np.cumsum(sizes)
        at = np.arange(following[-1] if len(following) else 0)
        found: NDArray[np.intp] = self._numbers[at + np.repeat(self._ends[sets] - following, sizes)]
        return found

    @cached_property
    def _set_of_each(self) -> NDArray[np.intp]:
        return np.repeat(np.arange(len(self._ends)), self._sizes)

    def _renumbered(self, part: SegmentLabels) -> NDArray[np.intp]:
        return np.array([self._number_of[label] for label in part.labels], np.intp)[part.numbers]

    def _named(self, counts: NDArray[np.int64]) -> dict[str, int]:
        return {label: count for label, count in zip(self.labels, counts.tolist(), strict=True) if count}


def _joined(pieces: Sequence[NDArray[np.intp]], sizes: Sequence[int]) -> NDArray[np.intp]:
    """Join numbers that count from 0 in each piece; each piece's numbers go on after those of the one before."""
    firsts = np.cumsum([0, *sizes]).tolist()
    moved = [piece + first for piece, first in zip(pieces, firsts, strict=False)]
    return np.concatenate([np.empty(0, np.intp), *moved])
