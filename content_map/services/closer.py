"""A closer look at one hit of a stored search: its passages and why it is there, as the list had them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.services import paging, searches, usage_shown
from content_map.services.answers import FoundHit
from content_map.services.asking import Finder, ask_again
from content_map.services.presenting import present
from search.contract import SearchUnavailable


def look_closer(
    finder: Finder, search_id: str, asset_id: str, *, actor: Actor, now: datetime
) -> FoundHit | None:
    """Say again why one's own search served an asset, and at which rank.

    None when it did not serve it, the actor may see it no more, or the index cannot be asked. Raises NotAllowed.
    """
    require(actor, Right.SEARCH)
    with finder.sessions.read() as session:
        rank = usage_shown.rank_served(session, search_id, asset_id, actor=actor)
        if rank is None:
            return None
        situation = searches.situation_of(searches.own(session, search_id, actor=actor))
        served = searches.served(session, search_id)
        asked = ask_again(finder, session, situation, now=now)
        asked = replace(asked, explored=searches.explored(session, search_id))
    try:
        results = finder.index.search(asked.query(limit=paging.look_through(served)))
    except SearchUnavailable:
        return None
    only = replace(results, hits=paging.as_served([asset_id], results.hits))
    found = present(finder, asked, only, first_rank=rank, actor=actor, now=now)
    return found[0] if found else None
