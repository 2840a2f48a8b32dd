"""What the words of a question give every asset, remembered: paging, tabs and drafts ask the same words again."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.analysis import Question, question
from search.contract import MAX_QUERY_CHARACTERS, Query
from search.engines._whoosh_feedback import add_feedback
from search.engines._whoosh_snapshot import Snapshot
from search.scoring import Field, Floats

_WORDS = (Field.ALL, Field.TITLE, Field.PAGE)
_BESIDE_ARRAYS_BYTES = 4096


class Lexical(NamedTuple):
    """Read only: other searches share it. `assets` are in 0..1, `pages` as they were summed."""

    asked: Question
    assets: Floats
    pages: Floats


def lexical_of(snapshot: Snapshot, query: Query) -> Lexical:
    """Score every asset and page by the words alone."""
    key = (query.text[:MAX_QUERY_CHARACTERS], tuple(query.expansions.items()), query.hidden)
    found = snapshot.answered.get(key)
    if found is None:
        found = _scored(snapshot, query)
        snapshot.answered.put(key, found, found.assets.nbytes + found.pages.nbytes + _BESIDE_ARRAYS_BYTES)
    return found


def hidden_places(snapshot: Snapshot, query: Query) -> NDArray[np.intp]:
    """Say where the assets are that the asker may not see."""
    places = snapshot.places_of(query.hidden)
    return places[places >= 0]


def _scored(snapshot: Snapshot, query: Query) -> Lexical:
    """Sum the fields and each asset's best page, scaled to 0..1 by the best asset the asker may see."""
    asked = question(query.text, query.expansions, snapshot.languages)
    scores = _summed(snapshot, asked)
    assets, pages = scores[: snapshot.size], scores[snapshot.size :]
    scored = np.flatnonzero(pages > 0)
    best_page = np.zeros(snapshot.size, np.float32)
    np.maximum.at(best_page, snapshot.page_owners[scored], pages[scored])
    assets += best_page
    if query.hidden:
        assets[hidden_places(snapshot, query)] = 0
    add_feedback(assets, snapshot, sum(asked.stems.values()))
    best = assets.max(initial=0)
    if best:
        assets /= best
    scores.flags.writeable = assets.flags.writeable = pages.flags.writeable = False
    return Lexical(asked, assets, pages)


def _summed(snapshot: Snapshot, asked: Question) -> Floats:
    """Sum all terms in one pass: the scores of the assets, then those of the pages."""
    scores = np.zeros(snapshot.size + snapshot.page_count, np.float32)
    found = [(snapshot.weighed(_WORDS, stem), weight) for stem, weight in asked.stems.items()]
    found += [(snapshot.weighed((Field.PAIRS,), pair), weight) for pair, weight in asked.pairs.items()]
    if found:
        values = [one.values if weight == 1 else one.values * np.float32(weight) for one, weight in found]
        places = np.concatenate([one.places for one, _ in found], dtype=np.intp)
        np.add.at(scores, places, np.concatenate(values))
    return scores
