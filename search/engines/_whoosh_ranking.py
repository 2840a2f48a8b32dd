"""From a query to ranked hits over a snapshot's arrays; nothing of Whoosh is left at this height."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from search.analysis import Question, question
from search.contract import Hit, Query, Results
from search.engines._whoosh_snapshot import Snapshot
from search.scoring import WEIGHTINGS, Field, Floats

_PAGES_PER_HIT = 3


def rank(snapshot: Snapshot, query: Query) -> Results:
    """Score every asset, cut, count, and give the asked-for stretch of the order."""
    asked = question(query.text, query.expansions)
    shown = _shown(snapshot, query)
    page_scores = _scores(snapshot, Field.PAGE, asked.stems)
    lexical = _scaled(_lexical(snapshot, asked, page_scores), shown)
    points = _points(snapshot, query)
    matches = shown & _required(snapshot, query)
    if asked.stems:
        matches &= (lexical > 0) | _boosted(snapshot, query)
    by_conversation = snapshot.conversations.counts(matches)
    if query.conversation is not None:
        matches &= _marked(snapshot, snapshot.conversations.assets_with(query.conversation))
    scores = lexical + points
    places = _stretch(snapshot, scores, np.flatnonzero(matches), query)
    return Results(
        hits=tuple(
            Hit(
                id=snapshot.ids[place],
                score=float(scores[place]),
                lexical=float(lexical[place]),
                pages=_best_pages(snapshot, page_scores, place),
                boosted=tuple(term for term in query.boosts if term in snapshot.terms_of(place)),
            )
            for place in places
        ),
        total=int(np.count_nonzero(matches)),
        by_conversation=by_conversation,
        by_term=snapshot.terms.counts(matches),
    )


def _lexical(snapshot: Snapshot, asked: Question, page_scores: Floats) -> Floats:
    total = WEIGHTINGS[Field.PAGE].weight * snapshot.best_pages(page_scores)
    for field, terms in ((Field.ALL, asked.stems), (Field.TITLE, asked.stems), (Field.PAIRS, asked.pairs)):
        total += WEIGHTINGS[field].weight * _scores(snapshot, field, terms)
    return total.astype(np.float32)


def _scores(snapshot: Snapshot, field: Field, terms: Mapping[str, float]) -> Floats:
    scores = np.zeros(snapshot.page_count if field is Field.PAGE else len(snapshot.ids), np.float32)
    for term, weight in terms.items():
        found = snapshot.impacts(field, term)
        scores[found.places] += np.float32(weight) * found.values
    return scores


def _scaled(lexical: Floats, shown: NDArray[np.bool_]) -> Floats:
    """Scale to 0..1 by the best asset the asker may see, whatever the tab; 0 stays 0, which is no match."""
    best = float(np.max(lexical, where=shown, initial=0.0))
    return np.minimum(lexical / np.float32(best), np.float32(1)) if best else lexical


def _points(snapshot: Snapshot, query: Query) -> Floats:
    points = np.zeros(len(snapshot.ids), np.float32)
    for carried, boosts in (
        (snapshot.terms, query.boosts),
        (snapshot.conversations, query.conversation_boosts),
    ):
        for label, boost in boosts.items():
            points[carried.assets_with(label)] += np.float32(boost)
    return points


def _shown(snapshot: Snapshot, query: Query) -> NDArray[np.bool_]:
    shown = np.ones(len(snapshot.ids), bool)
    if query.hidden:
        shown[[snapshot.places[one] for one in query.hidden if one in snapshot.places]] = False
    return shown


def _required(snapshot: Snapshot, query: Query) -> NDArray[np.bool_]:
    required = np.ones(len(snapshot.ids), bool)
    for term in query.require:
        required &= _marked(snapshot, snapshot.terms.assets_with(term))
    return required


def _boosted(snapshot: Snapshot, query: Query) -> NDArray[np.bool_]:
    boosted = np.zeros(len(snapshot.ids), bool)
    for term, boost in query.boosts.items():
        if boost > 0:
            boosted[snapshot.terms.assets_with(term)] = True
    return boosted


def _marked(snapshot: Snapshot, places: NDArray[np.int32]) -> NDArray[np.bool_]:
    marked = np.zeros(len(snapshot.ids), bool)
    marked[places] = True
    return marked


def _stretch(snapshot: Snapshot, scores: Floats, places: NDArray[np.intp], query: Query) -> list[int]:
    """Sort no more than is asked for: by score, equal scores by id."""
    start = max(query.offset, 0)
    end = start + query.limit
    if query.limit <= 0 or start >= len(places):
        return []
    if end < len(places):
        least = np.partition(scores[places], len(places) - end)[len(places) - end]
        places = places[scores[places] >= least]
    ordered = places[np.lexsort((snapshot.order[places], -scores[places]))]
    return [int(place) for place in ordered[start:end]]


def _best_pages(snapshot: Snapshot, page_scores: Floats, place: int) -> tuple[int, ...]:
    start, end = int(snapshot.page_starts[place]), int(snapshot.page_starts[place + 1])
    own = page_scores[start:end]
    best = [int(i) for i in np.argsort(-own, kind="stable")[:_PAGES_PER_HIT] if own[i] > 0]
    return tuple(int(snapshot.page_numbers[start + i]) for i in best)
