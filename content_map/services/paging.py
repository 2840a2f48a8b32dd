"""What a search has served and what comes after it: nothing twice, nothing lost, its own order kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from search.contract import Hit, Results

SERVED_AT_MOST = 1_000  # by one search: nobody reads on, and each page asks for all before it again
AGAIN = 100  # what use teaches and what words mean may move a hit, hardly further than this


def reach(served: Sequence[str], limit: int) -> int:
    """Say how many results to ask for to get `limit` new ones: those served stand among them.

    They are not left out of the question: without them the rest would be measured against another best, and the
    order go on otherwise than it began.
    """
    return len(served) + limit


def following(results: Results, served: Sequence[str], limit: int) -> tuple[Results, bool]:
    """Keep the next `limit` results, and say whether more follow; a near-copy of what was served is no result.

    None follow once a search has served SERVED_AT_MOST: who looks for more says more of the customer.
    """
    known = set(served)
    fresh = [hit for hit in results.hits if known.isdisjoint((hit.id, *hit.folded))]
    passed_by = len(results.hits) - len(fresh)
    kept = tuple(fresh[:limit])
    is_left = results.total - passed_by > len(kept) and len(served) + len(kept) < SERVED_AT_MOST
    return replace(results, hits=kept), is_left


def look_through(served: Sequence[str]) -> int:
    """Say how many results of today to look through for those that a search served."""
    return max(AGAIN, 2 * len(served))


def has_all(results: Results, served: Sequence[str]) -> bool:
    """Say whether everything served is still a result of its own."""
    return {hit.id for hit in results.hits}.issuperset(served)


def as_served(served: Sequence[str], hits: Sequence[Hit], others: Sequence[Hit] = ()) -> tuple[Hit, ...]:
    """Put what a search served back into its order; `others` are hits as they are without folding.

    What matches no longer, or stands behind a near-copy by now, is a hit all the same: it was served.
    """
    found = {hit.id: hit for hit in others} | {
        hit.id: replace(hit, folded=_others(hit, served)) for hit in hits
    }
    return tuple(found.get(each) or _unmatched(each) for each in served)


def _others(hit: Hit, served: Sequence[str]) -> tuple[str, ...]:
    return tuple(each for each in hit.folded if each not in served)


def _unmatched(asset_id: str) -> Hit:
    return Hit(id=asset_id, score=0.0, lexical=0.0, pages=(), boosted=())
