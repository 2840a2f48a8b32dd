"""More like this: live assets that say something similar, without the asset's own copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content_map.domain.conversations import Conversation
from content_map.domain.learning import words_of
from content_map.domain.people import Actor
from content_map.domain.ranking import weigh
from content_map.domain.situations import Reading, Situation
from content_map.domain.words import ORDINARY_WORDS
from content_map.models import Asset, Page
from content_map.services import assets, indexing, near_copies, sketches
from content_map.services.asking import Finder
from content_map.services.showing import load_shown
from search.contract import Query, SearchUnavailable

LIMIT = 5
MOST = 20
# A title says what it is about; of the pages the words that come again and again.
PAGES_READ, PAGE_CHARACTERS = 8, 2_000
TELLING_WORDS, TELLING_WEIGHT, TELLING_TIMES = 16, 0.3, 2
# Without a term in common the words must have something: the best answer of all has 1.
LEAST_WORDS = 0.35


@dataclass(frozen=True, slots=True)
class Similar:
    """An asset like the one in hand, and the names of the terms that both carry."""

    asset: Asset
    shared: tuple[str, ...]


def similar(
    finder: Finder, asset_id: str, *, limit: int = LIMIT, actor: Actor, now: datetime
) -> tuple[Similar, ...]:
    """Find assets like this one, the likest first; of copies of each other one, of its own none.

    It is no search: nothing is stored. Nothing is found while the index is away. Raises NotFound.
    """
    with finder.sessions.read() as session:
        asset = assets.get(session, asset_id, actor=actor, now=now)
        query = _query(finder, session, asset, limit=min(limit, MOST), now=now)
        mine = {tag.term.full_key for tag in asset.terms}
    try:
        hits = finder.index.search(query).hits
    except SearchUnavailable:
        return ()
    with finder.sessions.read() as session:
        shown = load_shown(session, {hit.id: () for hit in hits}, now=now, actor=actor)
    found = []
    for hit in hits:
        if hit.id in shown:
            other = shown[hit.id][0]
            shared = sorted(tag.term.name for tag in other.terms if tag.term.full_key in mine)
            if shared or hit.lexical >= LEAST_WORDS:
                found.append(Similar(other, tuple(shared)))
    return tuple(found)


def _query(finder: Finder, session: Session, asset: Asset, *, limit: int, now: datetime) -> Query:
    vocabulary = finder.vocabulary.current(session)
    terms = [tag.term.full_key for tag in asset.terms]
    situation = Situation(
        text=" ".join(part for part in (asset.title, asset.summary) if part),
        prefer=Conversation(asset.conversation) if asset.conversation else None,
        terms=tuple(sorted(ref for ref in terms if ref in vocabulary.terms)),
    )
    weights = weigh(Reading(), situation, vocabulary, finder.constants)
    own = {asset.id, *near_copies.fellows(session, [asset.id]), *sketches.twins(session, asset.current)}
    return Query(
        text=situation.text,
        expansions=dict.fromkeys(_telling_words(session, asset), TELLING_WEIGHT),
        boosts=weights.boosts,
        suggested_share=weights.suggested_share,
        conversation_boosts=weights.conversation_boosts,
        hidden=indexing.hidden(session, now=now).union(own),
        fold=True,
        limit=limit,
    )


def _telling_words(session: Session, asset: Asset) -> Sequence[str]:
    """Pick the words that its first pages say most often, as they are written there."""
    pages = session.execute(
        select(Page.number, func.substr(Page.text, 1, PAGE_CHARACTERS))
        .where(Page.version_id == asset.current.id, Page.number <= PAGES_READ)
        .order_by(Page.number)
    ).all()
    said = words_of("", [(number, text) for number, text in pages], str)
    counted = [
        (seen.count, word)
        for word, seen in said.items()
        if seen.count >= TELLING_TIMES and word not in ORDINARY_WORDS
    ]
    return [word for _count, word in sorted(counted, key=lambda each: (-each[0], each[1]))[:TELLING_WORDS]]
