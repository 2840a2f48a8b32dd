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
    by_score = near[np.argsort(-scores[near], kind="stable")[: feedback.BEST_ASSETS]].tolist()
    least = feedback.BEST_FROM * float(scores[by_score[0]])
    best = [(float(scores[place]), snapshot.said(place)) for place in by_score if scores[place] >= least]
    for stem, weight in feedback.also_asked(best, own_weight).items():
        found = snapshot.weighed((Field.ALL,), stem)
        if len(found.places) < 2:
            continue  # what one asset alone says would move nothing but itself
        at = np.searchsorted(found.places, near)
        at[at == len(found.places)] = 0
        is_there = found.places[at] == near
        scores[near[is_there]] += np.float32(weight) * found.values[at[is_there]]


def _near(scores: Floats) -> Indices:
    """Give the places near the best, in order."""
    best = float(scores.max())
    if best <= 0:
        return np.empty(0, np.int32)
    near = np.flatnonzero(scores >= np.float32(feedback.NEAR_FROM * best))
    if len(near) > feedback.NEAR_ASSETS:
        # By place where scores are equal at the edge, so that the same question is always answered alike.
        least = np.partition(scores[near], len(near) - feedback.NEAR_ASSETS)[len(near) - feedback.NEAR_ASSETS]
        near = near[scores[near] >= least][: 2 * feedback.NEAR_ASSETS]
    return near.astype(np.int32)  # as places in postings are: another type would copy them all
