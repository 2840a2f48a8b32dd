"""What is added to the score of the words: boosts, what a document lacks, conversation, age, and given points."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from search.contract import Query, Recency
from search.engines._whoosh_snapshot import Carried, Snapshot
from search.scoring import Floats


def points(snapshot: Snapshot, query: Query) -> Floats:
    """Sum the points of every asset; what the query leaves empty costs nothing."""
    total = np.zeros(len(snapshot.ids), np.float32)
    _add(total, snapshot.terms, query.boosts, 1.0)
    if query.suggested_share:
        _add(total, snapshot.suggested, query.boosts, query.suggested_share)
    _add(total, snapshot.conversations, query.conversation_boosts, 1.0)
    for facet, points_ in query.otherwise.items():
        total[_otherwise(snapshot, query, facet)] += np.float32(points_)
    if query.points:
        total += by_id(snapshot, query.points)
    if query.recency is not None:
        total += _recent(snapshot, query.recency)
    return total


def boosted(snapshot: Snapshot, query: Query) -> NDArray[np.bool_]:
    """Mark the assets that a positive boost reaches."""
    reached = np.zeros(len(snapshot.ids), bool)
    for term, boost in query.boosts.items():
        if boost > 0:
            reached[snapshot.terms.assets_with(term)] = True
            if query.suggested_share > 0:
                reached[snapshot.suggested.assets_with(term)] = True
    return reached


def applied(snapshot: Snapshot, query: Query, place: int) -> tuple[str, ...]:
    """Name the boosts that one asset got."""
    carried = snapshot.terms_of(place)
    if query.suggested_share:
        carried += snapshot.suggested_of(place)
    return tuple(term for term in query.boosts if term in carried)


def by_id(snapshot: Snapshot, given: Mapping[str, float]) -> Floats:
    """Spread values given by id over the assets; ids that are not there are passed over."""
    spread = np.zeros(len(snapshot.ids) + 1, np.float32)
    spread[snapshot.places_of(given)] = np.fromiter(given.values(), np.float32, len(given))
    return spread[:-1]  # the last place took what has none


def _add(total: Floats, carried: Carried, boosts: Mapping[str, float], share: float) -> None:
    for label, boost in boosts.items():
        total[carried.assets_with(label)] += np.float32(boost * share)


def _otherwise(snapshot: Snapshot, query: Query, facet: str) -> NDArray[np.bool_]:
    """Mark the assets with confirmed terms of the facet, none of them boosted."""
    marked = np.zeros(len(snapshot.ids), bool)
    marked[snapshot.facets.assets_with(facet)] = True
    for term in query.boosts:
        if term.partition(":")[0] == facet:
            marked[snapshot.terms.assets_with(term)] = False
    return marked


def _recent(snapshot: Snapshot, recency: Recency) -> Floats:
    ages = np.maximum(recency.today - snapshot.dated, 0)
    fresh = recency.fresh * np.exp2(ages / -recency.half_life_days)
    is_overdue = (snapshot.review_by > 0) & (snapshot.review_by < recency.today)
    return (fresh + recency.overdue * is_overdue).astype(np.float32)
