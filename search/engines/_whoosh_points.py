"""What is added to the score of the words: boosts, what a document lacks, conversation, age, and given points."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from search.contract import Query
from search.engines._whoosh_labels import Carried
from search.engines._whoosh_snapshot import Snapshot
from search.scoring import Floats


def add_points(scores: Floats, snapshot: Snapshot, query: Query) -> None:
    """Add every asset's points to its score; what the query leaves empty costs nothing."""
    _add(scores, snapshot.terms, query.boosts, 1.0)
    if query.suggested_share:
        _add(scores, snapshot.suggested, query.boosts, query.suggested_share)
    _add(scores, snapshot.conversations, query.conversation_boosts, 1.0)
    for facet, points in query.otherwise.items():
        scores += np.float32(points) * _otherwise(snapshot, query, facet)
    if query.points:
        scores += by_id(snapshot, query.points)
    if query.recency is not None and snapshot.size:
        scores += snapshot.recent(query.recency)


def mark_boosted(matches: NDArray[np.bool_], snapshot: Snapshot, query: Query) -> None:
    """Let the assets that a positive boost reaches match."""
    for term, boost in query.boosts.items():
        if boost > 0:
            matches[snapshot.terms.assets_with(term)] = True
            if query.suggested_share > 0:
                matches[snapshot.suggested.assets_with(term)] = True


def applied(snapshot: Snapshot, query: Query, place: int) -> tuple[str, ...]:
    """Name the boosts that one asset got."""
    if not query.boosts:
        return ()
    carried = snapshot.terms.of(place)
    if query.suggested_share:
        carried += snapshot.suggested.of(place)
    return tuple(term for term in query.boosts if term in carried)


def by_id(snapshot: Snapshot, given: Mapping[str, float]) -> Floats:
    """Spread values given by id over the assets; ids that are not there are passed over."""
    spread = np.zeros(snapshot.size + 1, np.float32)
    spread[snapshot.places_of(given.keys())] = np.fromiter(given.values(), np.float32, len(given))
    return spread[:-1]  # the last place took what has none


def _add(scores: Floats, carried: Carried, boosts: Mapping[str, float], share: float) -> None:
    for label, boost in boosts.items():
        scores[carried.assets_with(label)] += np.float32(boost * share)


def _otherwise(snapshot: Snapshot, query: Query, facet: str) -> NDArray[np.bool_]:
    """Mark the assets with confirmed terms of the facet, none of them boosted."""
    marked = snapshot.with_facet(facet).copy()
    for term in query.boosts:
        if term.partition(":")[0] == facet:
            marked[snapshot.terms.assets_with(term)] = False
    return marked
