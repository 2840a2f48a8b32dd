"""Searches as they were asked, with what they served; a person sees only the own ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from content_map.domain import gaps
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor
from content_map.domain.situations import Reading, Recognised, Situation
from content_map.domain.usage import Surface
from content_map.errors import NotFound
from content_map.models import Account, Search, SearchHit
from content_map.services import accounts, cursors

REFORMULATION = timedelta(minutes=10)  # product.md: a new search of the same user within it


def store(
    session: Session,
    situation: Situation,
    reading: Reading,
    chips: Sequence[Recognised],
    served_ids: Sequence[str],
    *,
    total: int,
    took_ms: float,
    surface: Surface,
    may_be_read: bool,
    explored_id: str | None = None,
    actor: Actor,
    now: datetime,
) -> Search:
    """Keep a search and what it served, ranks from 1. An account named for the first time is made.

    `explored_id` is what it served in the exploration slot.
    """
    account = accounts.named(session, situation.account, actor=actor, now=now) if situation.account else None
    recognised = [
        {
            "facet": chip.facet.value,
            "term": chip.term,
            "name": chip.name,
            "words": chip.words,
            "negated": chip.negated,
        }
        for chip in chips
    ]
    search = Search(
        user_id=actor.id,
        asked_at=now,
        situation=situation.text,
        may_be_read=may_be_read,
        account_id=account.id if account else None,
        conversation=situation.conversation,
        prefer=situation.prefer,
        details={
            "terms": list(situation.terms),
            "require": list(situation.require),
            "ignore": list(situation.ignore),
            # Which words were read as what the rep then left out: an alias that misleads shows here.
            "left_out": [
                {"term": chip.handle, "words": chip.words}
                for chip in reading.chips
                if chip.handle in situation.ignore
            ],
        },
        recognised=recognised,
        asked_terms=gaps.asked_for(recognised),
        read_as=reading.conversation,
        confidence=reading.confidence,
        total=total,
        took_ms=round(took_ms, 3),
        surface=surface,
        follows_id=_before(session, actor, now),
    )
    session.add(search)
    session.flush()
    _serve(session, search.id, served_ids, first_rank=1, explored_id=explored_id)
    return search


def extend(session: Session, search_id: str, served_ids: Sequence[str]) -> None:
    """Add a further page to what a search served."""
    # Locked, so that two requests for the same page count their ranks one after the other.
    session.execute(select(Search.id).where(Search.id == search_id).with_for_update())
    known = set(served(session, search_id))
    fresh = [asset_id for asset_id in served_ids if asset_id not in known]
    _serve(session, search_id, fresh, first_rank=len(known) + 1)


def own(session: Session, search_id: str, *, actor: Actor) -> Search:
    """Load one's own search. Raises NotFound, also for somebody else's: its words are theirs."""
    search = session.get(Search, search_id)
    if search is None or search.user_id != actor.id:
        raise NotFound("There is no such search of yours.")
    return search


def served(session: Session, search_id: str) -> list[str]:
    """List what a search served, in order."""
    rows = select(SearchHit.asset_id).where(SearchHit.search_id == search_id).order_by(SearchHit.rank)
    return list(session.scalars(rows))


def explored(session: Session, search_id: str) -> str | None:
    """Name what a search served in the exploration slot, if it had one."""
    return session.scalar(
        select(SearchHit.asset_id).where(SearchHit.search_id == search_id, SearchHit.is_explored)
    )


def situation_of(search: Search) -> Situation:
    """Rebuild the situation that was asked; blank where it was erased."""
    return Situation(
        text=search.situation or "",
        account=search.account_id,
        conversation=Conversation(search.conversation) if search.conversation else None,
        prefer=Conversation(search.prefer) if search.prefer else None,
        terms=tuple(search.details.get("terms", ())),
        require=tuple(search.details.get("require", ())),
        ignore=tuple(search.details.get("ignore", ())),
    )


def recent(session: Session, *, limit: int = 5, actor: Actor) -> Sequence[tuple[Search, Account | None]]:
    """List one's own last searches with their accounts; of the same words only the newest."""
    newest = (
        select(func.max(Search.asked_at).label("at"), Search.situation)
        .where(Search.user_id == actor.id, Search.situation.is_not(None), Search.situation != "")
        .group_by(Search.situation)
        .order_by(func.max(Search.asked_at).desc())
        .limit(limit)
        .subquery()
    )
    rows = session.execute(
        select(Search, Account)
        .join(newest, (newest.c.at == Search.asked_at) & (newest.c.situation == Search.situation))
        .outerjoin(Account, Account.id == Search.account_id)
        .where(Search.user_id == actor.id)
        .order_by(Search.asked_at.desc())
        .limit(limit)
    )
    return [(search, account) for search, account in rows]


def cursor(search_id: str, served_count: int) -> str:
    """Make the cursor of a search's next page."""
    return cursors.make(search_id, str(served_count))


def read_cursor(text: str) -> str:
    """Read whose next page a cursor asks for. Raises Invalid."""
    return cursors.read(text, parts=2)[0]


def _before(session: Session, actor: Actor, now: datetime) -> str | None:
    return session.scalar(
        select(Search.id)
        .where(Search.user_id == actor.id, Search.asked_at >= now - REFORMULATION, Search.asked_at <= now)
        .order_by(Search.asked_at.desc())
        .limit(1)
    )


def _serve(
    session: Session,
    search_id: str,
    asset_ids: Sequence[str],
    *,
    first_rank: int,
    explored_id: str | None = None,
) -> None:
    if asset_ids:
        session.execute(
            insert(SearchHit),
            [
                {
                    "search_id": search_id,
                    "asset_id": asset_id,
                    "rank": rank,
                    "is_explored": asset_id == explored_id,
                }
                for rank, asset_id in enumerate(asset_ids, start=first_rank)
            ],
        )
