"""From a situation to hits with their reasons: the index proposes, the database decides, the Search is kept.

No transaction is open while the engine ranks: one short one reads before, one reads what is shown, one writes.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime

from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.domain.situations import Situation
from content_map.domain.usage import Surface
from content_map.services import by_title, exploring, paging, searches
from content_map.services.answers import Found
from content_map.services.asking import Asked, Finder, ask, ask_again
from content_map.services.elsewhere import used_here
from content_map.services.presenting import present
from content_map.services.without import without_each
from search.contract import Query, Results, SearchUnavailable

LIMIT = 20
MOST = 100


def find(
    finder: Finder,
    situation: Situation,
    *,
    limit: int = LIMIT,
    surface: Surface = Surface.SEARCH,
    may_be_read: bool = False,
    explore: bool = False,
    actor: Actor,
    now: datetime,
) -> Found:
    """Answer a situation; a draft is answered and not stored. `explore` lets it have the exploration slot.

    Raises NotAllowed, Invalid (unknown terms, with the nearest match).
    """
    require(actor, Right.SEARCH)
    started = time.perf_counter()
    with finder.sessions.read() as session:
        asked = ask(finder, session, situation, now=now)
    limit = min(limit, MOST)
    if explore and exploring.is_open(asked, limit=limit, actor=actor, now=now):
        results, notice = _search(finder, asked.query(limit=exploring.depth(limit)), now)
        asked, results = exploring.explore(asked, results, limit=limit)
    else:
        results, notice = _search(finder, asked.query(limit=limit), now)
    hits = present(finder, asked, results, first_rank=1, actor=actor, now=now)
    took_ms = (time.perf_counter() - started) * 1000
    found = replace(asked.found(results, hits, took_ms), notice=notice)
    found = _with_ways_on(finder, asked, found, situation.conversation, actor=actor, now=now)
    if situation.draft:
        return found
    with finder.sessions.write() as session:
        stored = searches.store(
            session,
            situation,
            asked.reading,
            asked.chips,
            [hit.asset.id for hit in hits],
            total=results.total,
            took_ms=took_ms,
            surface=surface,
            may_be_read=may_be_read,
            explored_id=asked.explored,
            actor=actor,
            now=now,
        )
    more = results.total > len(hits)
    return replace(found, id=stored.id, next=searches.cursor(stored.id, len(hits)) if more else None)


def find_more(finder: Finder, cursor: str, *, limit: int = LIMIT, actor: Actor, now: datetime) -> Found:
    """Serve the next part of one's own stored search; its ranks go on. Raises NotFound, Invalid."""
    require(actor, Right.SEARCH)
    started = time.perf_counter()
    search_id = searches.read_cursor(cursor)
    with finder.sessions.read() as session:
        stored = searches.own(session, search_id, actor=actor)
        served = searches.served(session, stored.id)
        asked = ask_again(finder, session, searches.situation_of(stored), now=now)
    limit = min(limit, MOST)
    results, notice = _search(finder, asked.query(limit=paging.reach(served, limit)), now)
    results, more = paging.following(results, served, limit)
    hits = present(finder, asked, results, first_rank=len(served) + 1, actor=actor, now=now)
    with finder.sessions.write() as session:
        searches.extend(session, stored.id, [hit.asset.id for hit in hits])
    took_ms = (time.perf_counter() - started) * 1000
    return replace(
        asked.found(results, hits, took_ms),
        id=stored.id,
        total=stored.total,
        next=searches.cursor(stored.id, len(served) + len(hits)) if more else None,
        notice=notice,
    )


def find_again(
    finder: Finder,
    search_id: str,
    *,
    conversation: Conversation | None = None,
    actor: Actor,
    now: datetime,
) -> Found:
    """Show one's own stored search once more: what it served, in its order; nothing new is stored.

    `conversation` shows only that tab of what was served. Raises NotFound.
    """
    started = time.perf_counter()
    with finder.sessions.read() as session:
        stored = searches.own(session, search_id, actor=actor)
        served = searches.served(session, stored.id)
        asked = ask_again(finder, session, searches.situation_of(stored), now=now)
        asked = replace(asked, explored=searches.explored(session, stored.id))
    query = asked.query(limit=paging.look_through(served))
    results, notice = _search(finder, query, now)
    _, more = paging.following(results, served, limit=0)
    complete = paging.has_all(results, served)
    others = () if complete else _search(finder, replace(query, fold=False), now)[0].hits
    kept = paging.as_served(served, results.hits, others)
    hits = present(finder, asked, replace(results, hits=kept), first_rank=1, actor=actor, now=now)
    order = {asset_id: rank for rank, asset_id in enumerate(served, start=1)}
    ranked = tuple(replace(hit, rank=order[hit.asset.id]) for hit in hits)
    if conversation is not None:
        ranked = tuple(hit for hit in ranked if hit.asset.conversation == conversation)
    took_ms = (time.perf_counter() - started) * 1000
    following = searches.cursor(stored.id, len(served)) if more else None
    found = replace(asked.found(results, ranked, took_ms), id=stored.id, next=following, notice=notice)
    tab = conversation or asked.situation.conversation
    return _with_ways_on(finder, asked, found, tab, actor=actor, now=now)


def _with_ways_on(
    finder: Finder, asked: Asked, found: Found, tab: Conversation | None, *, actor: Actor, now: datetime
) -> Found:
    """Add what leads on: details to leave out where nothing fits, and what else was used in this conversation."""
    return replace(
        found,
        without=() if found.total else without_each(finder, asked, now=now),
        elsewhere=used_here(finder, asked, tab, actor=actor, now=now) if tab else (),
    )


def _search(finder: Finder, query: Query, now: datetime) -> tuple[Results, str | None]:
    """Ask the index, or the database where it cannot be read; then with a sentence that says so."""
    try:
        return finder.index.search(query), None
    except SearchUnavailable:
        with finder.sessions.read() as session:
            return by_title.search(session, query, now=now), by_title.NOTICE
