"""Moves the assets near the best by what the best say most often."""

from __future__ import annotations

import numpy as np

from search import feedback
from search.engines._whoosh_snapshot import Snapshot
from search.scoring import Field, Floats, Indices


def add_feedback(scores: Floats, snapshot: Snapshot, own_weight: float) -> None:
    """Add to the scores near the best; none of 0 becomes more, so nothing is found that has no asked word."""
    if not feedback.WEIGHT or not len(scores):
        return
    near = _near(scores)
    if len(near) < 2:
        return
    best = [(float(scores[place]), snapshot.said(place)) for place in _best(scores, near, snapshot)]
    moved = np.zeros(len(near), np.float32)
    for stem, weight in feedback.also_asked(best, own_weight).items():
        found = snapshot.weighed((Field.ALL,), stem)
        if len(found.places) < 2:
            continue  # what one asset alone says would move nothing but itself
        at = found.places.searchsorted(near)
        is_there = found.places.take(at, mode="clip") == near
        moved += found.values.take(at, mode="clip") * (np.float32(weight) * is_there)
    scores[near] += moved


def _near(scores: Floats) -> Indices:
    """Give the places near the best, in order; all of those that are equal at the edge."""
    best = float(scores.max())
    if best <= 0:
        return np.empty(0, np.int32)
    near = np.flatnonzero(scores >= np.float32(feedback.NEAR_FROM * best))
    if len(near) > feedback.NEAR_ASSETS:
        own = scores[near]
        edge = len(own) - feedback.NEAR_ASSETS
        near = near[own >= np.partition(own, edge)[edge]]
    return near.astype(np.int32)  # as places in postings are: another type would copy them all


def _best(scores: Floats, near: Indices, snapshot: Snapshot) -> list[int]:
    """Give the places to learn from, best first, equal ones by id: the same however the library was written."""
    own = scores[near]
    edge = max(len(own) - feedback.BEST_ASSETS, 0)
    least = max(np.partition(own, edge)[edge], np.float32(feedback.BEST_FROM) * own.max())
    best = near[own >= least].tolist()
    return sorted(best, key=lambda place: (-scores[place], snapshot.id(place)))[: feedback.BEST_ASSETS]
