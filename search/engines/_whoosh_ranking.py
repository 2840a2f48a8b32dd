"""From a query to ranked hits over a snapshot's arrays; nothing of Whoosh is left at this height."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from search.analysis import Question, question
from search.contract import Hit, Query, Results
from search.engines._whoosh_folding import Places, best_of_groups, group_counts, in_order
from search.engines._whoosh_points import applied, boosted, by_id, points
from search.engines._whoosh_snapshot import Carried, Snapshot
from search.scoring import Field, Floats

_PAGES_PER_HIT = 3


def rank(snapshot: Snapshot, query: Query) -> Results:
    """Score every asset, cut, count, and give the asked-for stretch of the order."""
    asked = question(query.text, query.expansions)
    shown = _shown(snapshot, query)
    page_scores = _scores(snapshot, Field.PAGE, asked.stems)
    lexical = _scaled(_lexical(snapshot, asked, page_scores), shown)
    matches = shown & _required(snapshot, query)
    if asked.stems:
        matches &= _matching(snapshot, query, lexical)
    by_conversation = _counts(snapshot, query, snapshot.conversations, matches)
    if query.conversation is not None:
        matches &= _marked(snapshot, snapshot.conversations.assets_with(query.conversation))
    scores = _with_meaning(snapshot, query, lexical) + points(snapshot, query)
    kept = np.flatnonzero(matches)
    others: dict[int, Places] = {}
    if query.fold:
        kept, others = best_of_groups(snapshot, scores, kept)
    return Results(
        hits=tuple(
            Hit(
                id=snapshot.ids[place],
                score=float(scores[place]),
                lexical=float(lexical[place]),
                pages=_best_pages(snapshot, page_scores, place),
                boosted=applied(snapshot, query, place),
                folded=tuple(snapshot.ids[other] for other in others.get(place, ())),
            )
            for place in _stretch(snapshot, scores, kept, query)
        ),
        total=len(kept),
        by_conversation=by_conversation,
        by_term=_counts(snapshot, query, snapshot.terms, matches),
    )


def _lexical(snapshot: Snapshot, asked: Question, page_scores: Floats) -> Floats:
    total = snapshot.weightings[Field.PAGE].weight * snapshot.best_pages(page_scores)
    for field, terms in ((Field.ALL, asked.stems), (Field.TITLE, asked.stems), (Field.PAIRS, asked.pairs)):
        total += snapshot.weightings[field].weight * _scores(snapshot, field, terms)
    return total.astype(np.float32)


def _scores(snapshot: Snapshot, field: Field, terms: Mapping[str, float]) -> Floats:
    scores = np.zeros(snapshot.page_count if field is Field.PAGE else len(snapshot.ids), np.float32)
    if snapshot.weightings[field].weight:
        for term, weight in terms.items():
            found = snapshot.impacts(field, term)
            scores[found.places] += np.float32(weight) * found.values
    return scores


def _scaled(lexical: Floats, shown: NDArray[np.bool_]) -> Floats:
    """Scale to 0..1 by the best asset the asker may see, whatever the tab; 0 stays 0, which is no match."""
    best = float(np.max(lexical, where=shown, initial=0.0))
    return np.minimum(lexical / np.float32(best), np.float32(1)) if best else lexical


def _matching(snapshot: Snapshot, query: Query, lexical: Floats) -> NDArray[np.bool_]:
    matching = (lexical > 0) | boosted(snapshot, query)
    if query.meaning:
        matching[[place for place in snapshot.places_of(query.meaning) if place >= 0]] = True
    return matching


def _with_meaning(snapshot: Snapshot, query: Query, lexical: Floats) -> Floats:
    if not query.meaning:
        return lexical
    share = np.float32(query.meaning_share)
    return (1 - share) * lexical + share * by_id(snapshot, query.meaning)


def _shown(snapshot: Snapshot, query: Query) -> NDArray[np.bool_]:
    shown = np.ones(len(snapshot.ids), bool)
    if query.hidden:
        shown[[place for place in snapshot.places_of(query.hidden) if place >= 0]] = False
    return shown


def _required(snapshot: Snapshot, query: Query) -> NDArray[np.bool_]:
    required = np.ones(len(snapshot.ids), bool)
    for term in query.require:
        required &= _marked(snapshot, snapshot.terms.assets_with(term))
    return required


def _marked(snapshot: Snapshot, places: NDArray[np.int32]) -> NDArray[np.bool_]:
    marked = np.zeros(len(snapshot.ids), bool)
    marked[places] = True
    return marked


def _counts(snapshot: Snapshot, query: Query, carried: Carried, matches: NDArray[np.bool_]) -> dict[str, int]:
    return group_counts(snapshot, carried, matches) if query.fold else carried.counts(matches)


def _stretch(snapshot: Snapshot, scores: Floats, places: Places, query: Query) -> list[int]:
    """Sort no more than is asked for: by score, equal scores by id."""
    start = max(query.offset, 0)
    end = start + query.limit
    if query.limit <= 0 or start >= len(places):
        return []
    if end < len(places):
        least = np.partition(scores[places], len(places) - end)[len(places) - end]
        places = places[scores[places] >= least]
    return [int(place) for place in in_order(snapshot, scores, places)[start:end]]


def _best_pages(snapshot: Snapshot, page_scores: Floats, place: int) -> tuple[int, ...]:
    start, end = int(snapshot.page_starts[place]), int(snapshot.page_starts[place + 1])
    own = page_scores[start:end]
    best = [int(i) for i in np.argsort(-own, kind="stable")[:_PAGES_PER_HIT] if own[i] > 0]
    return tuple(int(snapshot.page_numbers[start + i]) for i in best)
