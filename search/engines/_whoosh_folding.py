"""Near-copies as one hit: the best of a group stands for it, and counts are of groups."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from search.engines._whoosh_snapshot import Carried, Snapshot
from search.scoring import Floats

Places = NDArray[np.intp]


def in_order(snapshot: Snapshot, scores: Floats, places: Places) -> Places:
    """Sort assets by score, best first, equal scores by id."""
    return places[np.lexsort((snapshot.order[places], -scores[places]))]


def best_of_groups(snapshot: Snapshot, scores: Floats, places: Places) -> tuple[Places, dict[int, Places]]:
    """Keep the best asset of each group; with it, by its place, the others of the group, best first."""
    groups = snapshot.groups[places]
    sizes = np.bincount(groups, minlength=1)
    alone = sizes[groups] == 1
    shared = in_order(snapshot, scores, places[~alone])
    groups = snapshot.groups[shared]
    others = {int(own[0]): own[1:] for own in (shared[groups == group] for group in np.unique(groups))}
    return np.concatenate((places[alone], np.array(list(others), np.intp))), others


def group_counts(snapshot: Snapshot, carried: Carried, matches: NDArray[np.bool_]) -> dict[str, int]:
    """Count for each label the groups with a match that carries it; labels without any are left out."""
    counts = {
        label: len(np.unique(snapshot.groups[own[matches[own]]]))
        for label in carried.labels
        for own in (carried.assets_with(label),)
    }
    return {label: count for label, count in counts.items() if count}
