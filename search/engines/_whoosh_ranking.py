"""From a query to ranked hits over a snapshot's arrays; nothing of Whoosh is left at this height.

Passes over every asset cost microseconds, gathering and sorting much more: only matches are gathered, only pages
with a word are compared, and only what is shown is sorted.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from search.contract import Hit, Query, Results
from search.engines._whoosh_labels import Carried, Places
from search.engines._whoosh_points import add_points, applied, by_id, mark_boosted
from search.engines._whoosh_snapshot import Snapshot
from search.engines._whoosh_words import hidden_places, lexical_of
from search.scoring import Floats

_PAGES_PER_HIT = 3


def rank(snapshot: Snapshot, query: Query) -> Results:
    """Score every asset, cut, count, and give the asked-for stretch of the order."""
    asked, lexical, page_scores = lexical_of(snapshot, query)
    matches = _matching(snapshot, bool(asked.stems), query, lexical)
    every_tab = np.flatnonzero(matches)
    places = _in_conversation(snapshot, every_tab, query)
    scores = _with_meaning(snapshot, query, lexical)
    add_points(scores, snapshot, query)
    kept, others = snapshot.groups.fold(scores, places) if query.fold else (places, {})
    return Results(
        hits=tuple(
            Hit(
                id=snapshot.id(place),
                score=float(scores[place]),
                lexical=float(lexical[place]),
                pages=_best_pages(snapshot, page_scores, place),
                boosted=applied(snapshot, query, place),
                folded=tuple(snapshot.id(other) for other in others.get(place, ())),
            )
            for place in _stretch(snapshot, scores, kept, query)
        ),
        total=len(kept),
        by_conversation=_counts(snapshot, query, snapshot.conversations, every_tab),
        by_term=_counts(snapshot, query, snapshot.terms, places),
    )


def _matching(snapshot: Snapshot, asks: bool, query: Query, lexical: Floats) -> NDArray[np.bool_]:
    if asks:
        matches = lexical > 0
        mark_boosted(matches, snapshot, query)
        if query.meaning:
            alike = snapshot.places_of(query.meaning.keys())
            matches[alike[alike >= 0]] = True
        matches &= snapshot.is_live
    else:
        matches = snapshot.is_live.copy()
    for term in query.require:
        carrying = np.zeros(snapshot.size, bool)
        carrying[snapshot.terms.assets_with(term)] = True
        matches &= carrying
    if query.hidden:
        matches[hidden_places(snapshot, query)] = False
    return matches


def _in_conversation(snapshot: Snapshot, places: Places, query: Query) -> Places:
    if query.conversation is None:
        return places
    talking = np.zeros(snapshot.size, bool)
    talking[snapshot.conversations.assets_with(query.conversation)] = True
    return places[talking[places]]


def _with_meaning(snapshot: Snapshot, query: Query, lexical: Floats) -> Floats:
    if not query.meaning:
        return lexical.copy()
    share = np.float32(query.meaning_share)
    return (1 - share) * lexical + share * by_id(snapshot, query.meaning)


def _counts(snapshot: Snapshot, query: Query, carried: Carried, places: Places) -> dict[str, int]:
    if query.fold:
        return carried.group_counts(places, snapshot.groups)
    return carried.counts(places)


def _stretch(snapshot: Snapshot, scores: Floats, places: Places, query: Query) -> list[int]:
    """Sort no more than is asked for: by score, equal scores by id."""
    start = max(query.offset, 0)
    end = start + query.limit
    if query.limit <= 0 or start >= len(places):
        return []
    own = scores[places]
    last: list[int] = []
    if end < len(places):
        least = np.partition(own, len(places) - end)[len(places) - end]
        tied = places[own == least]
        places, own = places[own > least], own[own > least]
        last = snapshot.first_by_id(tied, end - len(places))
    return (_in_order(snapshot, places, own) + last)[start:end]


def _in_order(snapshot: Snapshot, places: Places, own: Floats) -> list[int]:
    order = np.argsort(-own, kind="stable")
    ordered: list[int] = places[order].tolist()
    falling = own[order]
    if (falling[1:] == falling[:-1]).any():
        own_score = dict(zip(ordered, falling.tolist(), strict=True))
        ordered.sort(key=lambda place: (-own_score[place], snapshot.id(place)))
    return ordered


def _best_pages(snapshot: Snapshot, page_scores: Floats, place: int) -> tuple[int, ...]:
    pages, numbers = snapshot.pages_of(place)
    own = page_scores[pages].tolist()
    best = [page for page, score in enumerate(own) if score > 0]
    if len(best) > 1:
        best.sort(key=own.__getitem__, reverse=True)
    return tuple(int(numbers[page]) for page in best[:_PAGES_PER_HIT])
