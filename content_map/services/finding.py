"""From a situation to hits with their reasons: the index proposes, the database decides, the Search is kept.

No transaction is open while the engine ranks: one short one reads before, one reads what is shown, one writes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from content_map.db import Sessions
from content_map.domain.assets import Audience
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.domain.ranking import HitFacts, Weights, weigh, why
from content_map.domain.situations import Reading, Recognised, Situation, chips_for, parse
from content_map.domain.usage import Surface
from content_map.domain.vocabulary import Vocabulary
from content_map.errors import FieldError, Invalid
from content_map.models import Asset, Page
from content_map.services import indexing, searches
from content_map.services.showing import load_shown
from content_map.services.vocabulary import Compiled
from search.contract import Hit, Query, Results, SearchIndex

LIMIT = 20
MOST = 100
PASSAGES = 3


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a page that answer; `html` is escaped text with `<mark>` only."""

    page: int
    label: str
    html: str


@dataclass(frozen=True, slots=True)
class FoundHit:
    """One result. `met` and `missed` are the chips it fits and does not."""

    rank: int
    asset: Asset
    score: float
    passages: tuple[Passage, ...]
    why: tuple[str, ...]
    met: tuple[Recognised, ...]
    missed: tuple[Recognised, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a situation. `id` is None for a draft; `by_conversation` holds all five."""

    id: str | None
    situation: Situation
    reading: Reading
    chips: tuple[Recognised, ...]
    hits: tuple[FoundHit, ...]
    total: int
    by_conversation: Mapping[Conversation, int]
    by_term: Mapping[str, int]
    next: str | None
    took_ms: float


def find(
    sessions: Sessions,
    index: SearchIndex,
    compiled: Compiled,
    situation: Situation,
    *,
    limit: int = LIMIT,
    surface: Surface = Surface.SEARCH,
    may_be_read: bool = False,
    actor: Actor,
    now: datetime,
) -> Found:
    """Answer a situation; a draft is answered and not stored.

    Raises NotAllowed, Invalid (unknown terms, with the nearest match), SearchUnavailable.
    """
    require(actor, Right.SEARCH)
    started = time.perf_counter()
    with sessions.read() as session:
        vocabulary = compiled.current(session)
        hidden = indexing.hidden(session, now=now)
    _refuse_unknown(situation, vocabulary)
    asked = _Asked.of(situation, vocabulary)
    results = index.search(asked.query(limit=min(limit, MOST), hidden=hidden))
    hits = _show(sessions, index, asked, results, first_rank=1, actor=actor, now=now)
    took_ms = (time.perf_counter() - started) * 1000
    found = asked.found(results, hits, took_ms)
    if situation.draft:
        return found
    with sessions.write() as session:
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
            actor=actor,
            now=now,
        )
    more = results.total > len(hits)
    return replace(found, id=stored.id, next=searches.cursor(stored.id, len(hits)) if more else None)


def find_more(
    sessions: Sessions,
    index: SearchIndex,
    compiled: Compiled,
    cursor: str,
    *,
    limit: int = LIMIT,
    actor: Actor,
    now: datetime,
) -> Found:
    """Serve the next part of one's own stored search; its ranks go on. Raises NotFound, Invalid."""
    require(actor, Right.SEARCH)
    started = time.perf_counter()
    search_id = searches.read_cursor(cursor)
    with sessions.read() as session:
        stored = searches.own(session, search_id, actor=actor)
        situation = searches.situation_of(stored)
        served = searches.served(session, stored.id)
        vocabulary = compiled.current(session)
        hidden = indexing.hidden(session, now=now)
    asked = _Asked.of(situation, vocabulary)
    query = asked.query(limit=min(limit, MOST), hidden=hidden | frozenset(served))
    results = index.search(query)
    hits = _show(sessions, index, asked, results, first_rank=len(served) + 1, actor=actor, now=now)
    with sessions.write() as session:
        searches.extend(session, stored.id, [hit.asset.id for hit in hits])
    took_ms = (time.perf_counter() - started) * 1000
    more = results.total > len(hits)
    return replace(
        asked.found(results, hits, took_ms),
        id=stored.id,
        total=stored.total,
        next=searches.cursor(stored.id, len(served) + len(hits)) if more else None,
    )


def find_again(
    sessions: Sessions,
    index: SearchIndex,
    compiled: Compiled,
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
    with sessions.read() as session:
        stored = searches.own(session, search_id, actor=actor)
        situation = searches.situation_of(stored)
        served = searches.served(session, stored.id)
        vocabulary = compiled.current(session)
        hidden = indexing.hidden(session, now=now)
    asked = _Asked.of(situation, vocabulary)
    results = index.search(asked.query(limit=max(MOST, len(served)), hidden=hidden))
    order = {asset_id: rank for rank, asset_id in enumerate(served, start=1)}
    kept = sorted((hit for hit in results.hits if hit.id in order), key=lambda hit: order[hit.id])
    hits = _show(
        sessions, index, asked, replace(results, hits=tuple(kept)), first_rank=1, actor=actor, now=now
    )
    ranked = tuple(replace(hit, rank=order[hit.asset.id]) for hit in hits)
    if conversation is not None:
        ranked = tuple(hit for hit in ranked if hit.asset.conversation == conversation)
    took_ms = (time.perf_counter() - started) * 1000
    more = results.total > len(served)
    following = searches.cursor(stored.id, len(served)) if more else None
    return replace(asked.found(results, ranked, took_ms), id=stored.id, next=following)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A situation, read and weighed."""

    situation: Situation
    reading: Reading
    chips: tuple[Recognised, ...]
    weights: Weights

    @classmethod
    def of(cls, situation: Situation, vocabulary: Vocabulary) -> _Asked:
        reading = parse(situation.text, vocabulary)
        chips = chips_for(reading, situation, vocabulary)
        return cls(situation, reading, chips, weigh(reading, situation, vocabulary))

    def query(self, *, limit: int, hidden: frozenset[str]) -> Query:
        return Query(
            text=self.situation.text,
            expansions=self.weights.expansions,
            boosts=self.weights.boosts,
            conversation_boosts=self.weights.conversation_boosts,
            conversation=self.situation.conversation,
            require=self.situation.require,
            hidden=hidden,
            limit=limit,
        )

    def found(self, results: Results, hits: Sequence[FoundHit], took_ms: float) -> Found:
        return Found(
            id=None,
            situation=self.situation,
            reading=self.reading,
            chips=self.chips,
            hits=tuple(hits),
            total=results.total,
            by_conversation={each: results.by_conversation.get(each.value, 0) for each in Conversation},
            by_term=results.by_term,
            next=None,
            took_ms=took_ms,
        )


def _refuse_unknown(situation: Situation, vocabulary: Vocabulary) -> None:
    problems = [
        FieldError(f"/{field}/{place}", _unknown(ref, vocabulary))
        for field, refs in (
            ("term", situation.terms),
            ("require", situation.require),
            ("ignore", situation.ignore),
        )
        for place, ref in enumerate(refs)
        if vocabulary.get(ref) is None
    ]
    if problems:
        raise Invalid(" ".join(each.detail for each in problems), problems)


def _unknown(ref: str, vocabulary: Vocabulary) -> str:
    match = vocabulary.nearest_ref(ref)
    return f"There is no term {ref!r}." + (f" Did you mean {match}?" if match else "")


def _show(
    sessions: Sessions,
    index: SearchIndex,
    asked: _Asked,
    results: Results,
    *,
    first_rank: int,
    actor: Actor,
    now: datetime,
) -> tuple[FoundHit, ...]:
    with sessions.read() as session:
        shown = load_shown(session, {hit.id: hit.pages for hit in results.hits}, now=now, actor=actor)
    live = [(hit, *shown[hit.id]) for hit in results.hits if hit.id in shown]
    cut = index.highlighter(asked.query(limit=1, hidden=frozenset()))
    return tuple(
        _hit(cut, asked, rank, hit, asset, pages)
        for rank, (hit, asset, pages) in enumerate(live, start=first_rank)
    )


def _hit(
    cut: Callable[[str], str | None], asked: _Asked, rank: int, hit: Hit, asset: Asset, pages: Sequence[Page]
) -> FoundHit:
    passages = []
    for page in pages[:PASSAGES]:
        html = cut(page.text)
        if html is not None:
            passages.append(Passage(page.number, page.label, html))
    terms = {tag.term.full_key for tag in asset.terms}
    facts = HitFacts(
        terms,
        Conversation(asset.conversation) if asset.conversation else None,
        passages[0].label if passages else None,
        asset.audience == Audience.INTERNAL,
    )
    wanted = [chip for chip in asked.chips if not chip.negated]
    return FoundHit(
        rank=rank,
        asset=asset,
        score=hit.score,
        passages=tuple(passages),
        why=tuple(reason.sentence for reason in why(asked.chips, asked.reading, asked.situation, facts)),
        met=tuple(chip for chip in wanted if chip.ref in terms),
        missed=tuple(chip for chip in wanted if chip.ref not in terms),
    )
