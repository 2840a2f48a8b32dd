"""Near-copies of each other: which assets share a group, and the best of each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from search.engines._whoosh_labels import Places
from search.scoring import Floats, Indices


class Groups:
    """A number for each asset's group; only groups of several live assets cost anything when a query folds."""

    def __init__(
        self, keys: NDArray[np.uint64], is_live: NDArray[np.bool_], id_of: Callable[[int], str]
    ) -> None:
        by_key = np.argsort(keys, kind="stable")
        is_first = np.diff(keys[by_key], prepend=keys[by_key][:1] + np.uint64(1)) != 0
        self.numbers = np.empty(len(keys), np.int32)
        self.numbers[by_key] = np.cumsum(is_first, dtype=np.int32) - 1
        counts = np.bincount(self.numbers[is_live], minlength=int(self.numbers.max(initial=0)) + 1)
        self.is_shared = (counts > 1)[self.numbers] & is_live
        shared = np.flatnonzero(self.is_shared)
        ids = [id_of(place) for place in shared.tolist()]
        self._id_ranks: Indices = np.zeros(len(keys), np.int32)
        self._id_ranks[shared[sorted(range(len(ids)), key=ids.__getitem__)]] = np.arange(len(ids))

    def count(self, places: Places) -> int:
        """Count the groups of some assets."""
        is_shared = self.is_shared[places]
        return (
            len(places) - int(np.count_nonzero(is_shared)) + len(np.unique(self.numbers[places[is_shared]]))
        )

    def fold(self, scores: Floats, places: Places) -> tuple[Places, dict[int, Places]]:
        """Keep the best asset of each group, in order of place; by its place the others of its group, best first."""
        is_shared = self.is_shared[places]
        if not is_shared.any():
            return places, {}
        shared = places[is_shared]
        ordered = shared[np.lexsort((self._id_ranks[shared], -scores[shared], self.numbers[shared]))]
        starts = np.flatnonzero(np.diff(self.numbers[ordered], prepend=-1))
        best = ordered[starts]
        others = {
            place: ordered[start + 1 : end]
            for place, start, end in zip(
                best.tolist(), starts.tolist(), [*starts[1:].tolist(), len(ordered)], strict=True
            )
            if end > start + 1
        }
        return np.sort(np.concatenate((places[~is_shared], best))), others
