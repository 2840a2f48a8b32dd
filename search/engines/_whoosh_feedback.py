"""Moves the assets near the best by what the best say most often."""

from __future__ import annotations

import numpy as np

from search import feedback
from search.engines._whoosh_snapshot import Snapshot
from search.scoring import Field, Floats, Indices, impacts


def add_feedback(scores: Floats, snapshot: Snapshot, own_weight: float) -> None:
    """Add to the scores near the best; none of 0 becomes more, so nothing is found that has no asked word."""
    weighting = snapshot.weightings[Field.ALL]
    if not feedback.WEIGHT or not weighting.weight or not len(scores):
        return
    near = _near(scores)
    if len(near) < 2:
        return
    best = [(float(scores[place]), snapshot.said(place)) for place in _best(scores, near, snapshot)]
    asked = feedback.also_asked(best, own_weight)
    frequencies = np.zeros((len(asked), len(near)), np.float32)
    weights = np.zeros(len(asked), np.float32)
    for number, (stem, weight) in enumerate(asked.items()):
        voice = snapshot.voice(stem)
        if len(voice.places) < 2:
            continue  # what one asset alone says would move nothing but itself
        at = voice.places.searchsorted(near)
        is_there = voice.places.take(at, mode="clip") == near
        np.multiply(voice.frequencies.take(at, mode="clip"), is_there, out=frequencies[number])
        weights[number] = weighting.weight * weight * voice.rare
    scores[near] += weights @ impacts(frequencies, snapshot.norms_at(near), 1.0, weighting)


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
