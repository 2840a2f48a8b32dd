"""New matches of kept situations: looked for by the clock, each told once to the person who keeps it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session

from content_map.domain.alerts import Match, is_strong
from content_map.domain.assets import Status, is_live
from content_map.domain.conversations import Conversation
from content_map.domain.situations import Situation
from content_map.models import (
    Asset,
    AssetPeriod,
    AssetTerm,
    Notification,
    SavedSearch,
    SavedSearchMatch,
    Term,
    User,
)
from content_map.services import notifications
from content_map.services.asking import Asked, Finder, ask_again
from search.contract import Hit, SearchUnavailable

AT_ONCE = 50  # kept situations a run: two seconds of work at the very most
EVERY = timedelta(minutes=15)
# What went live is read and indexed a while later: a long film, a link that answers at its third try.
SETTLES = timedelta(hours=2)
LOOKED_THROUGH = 50
ONE, MANY, GONE = "saved_search.match", "saved_search.matches", "saved_search.taken_back"


@dataclass(frozen=True, slots=True)
class _Fact:
    """What decides about a hit: its title, its terms, and whether it came or was edited since the last look."""

    title: str
    terms: frozenset[str]
    has_come: bool
    has_changed: bool


def look(finder: Finder, *, now: datetime) -> int:
    """Look for new matches of the kept situations that are due, and tell; returns how many assets were told of.

    While the index is away nothing is looked for, and nothing is lost: the next look reaches back.
    """
    with finder.sessions.read() as session:
        due = _due(session, now)
    try:
        return sum(_look_at(finder, saved_id, now) for saved_id in due)
    except SearchUnavailable:
        return 0


def there_already(finder: Finder, asked: Asked) -> Sequence[str] | None:
    """List what a situation finds now, to be noted as nothing new; None when the index cannot say."""
    try:
        return [hit.id for hit in finder.index.search(asked.query(limit=LOOKED_THROUGH)).hits]
    except SearchUnavailable:
        return None


def note(session: Session, saved_id: str, asset_ids: Collection[str], *, told: bool, now: datetime) -> None:
    """Note assets as matches of a kept situation; those that were noted stay as they are."""
    fresh = [each for each in asset_ids if each not in _noted(session, saved_id)]
    there = session.scalars(select(Asset.id).where(Asset.id.in_(fresh))).all() if fresh else ()
    if there:
        rows = [
            {"saved_search_id": saved_id, "asset_id": each, "found_at": now, "told_at": now if told else None}
            for each in there
        ]
        session.execute(insert(SavedSearchMatch), rows)


def situation_of(saved: SavedSearch, known: Collection[str] | None = None) -> Situation:
    """Rebuild the situation that was kept; of the terms it wants only those that are `known` still."""

    def wanted(name: str) -> tuple[str, ...]:
        return tuple(ref for ref in saved.details.get(name, ()) if known is None or ref in known)

    return Situation(
        text=saved.situation,
        account=saved.account_id,
        conversation=Conversation(saved.conversation) if saved.conversation else None,
        prefer=Conversation(saved.prefer) if saved.prefer else None,
        terms=wanted("terms"),
        require=wanted("require"),
        ignore=tuple(saved.details.get("ignore", ())),
    )


def taken_back(session: Session, told: Collection[Notification], *, now: datetime) -> frozenset[str]:
    """Name the messages about one asset that is live no more: its title is nothing for their readers now."""
    about = {each.id: str(each.values.get("asset")) for each in told if each.message == ONE}
    assets = session.scalars(select(Asset).where(Asset.id.in_(about.values()))) if about else ()
    live = {
        asset.id for asset in assets if is_live(Status(asset.status), asset.publish_at, asset.expires_at, now)
    }
    return frozenset(message for message, asset_id in about.items() if asset_id not in live)


def _due(session: Session, now: datetime) -> Sequence[str]:
    """List the kept situations to look at: never looked at, or not for a while and something has come since."""
    edited = session.scalar(select(func.max(Asset.updated_at)))
    began = session.scalar(select(func.max(AssetPeriod.starts_at)).where(AssetPeriod.starts_at <= now))
    moments = [moment for moment in (edited, began) if moment is not None]
    never = SavedSearch.looked_at.is_(None)
    if not moments:
        return ()
    again = SavedSearch.looked_at <= min(now - EVERY, max(moments) + SETTLES)
    wanted = (
        select(SavedSearch.id)
        .join(User, User.id == SavedSearch.user_id)
        .where(SavedSearch.alerts, User.is_active, or_(never, again))
        .order_by(never.desc(), SavedSearch.looked_at, SavedSearch.id)
        .limit(AT_ONCE)
    )
    return session.scalars(wanted).all()


def _look_at(finder: Finder, saved_id: str, now: datetime) -> int:
    with finder.sessions.read() as session:
        saved = session.get(SavedSearch, saved_id)
        if saved is None:
            return 0
        is_first, since = saved.looked_at is None, (saved.looked_at or saved.saved_at) - SETTLES
        known = finder.vocabulary.current(session).terms
        asked = ask_again(finder, session, situation_of(saved, known.keys()), now=now)
    hits = finder.index.search(asked.query(limit=LOOKED_THROUGH)).hits
    with finder.sessions.write() as session:
        # Again: it may have been removed, or its owner have left, while the engine ranked.
        owned = select(SavedSearch).join(User, User.id == SavedSearch.user_id)
        saved = session.scalar(owned.where(SavedSearch.id == saved_id, SavedSearch.alerts, User.is_active))
        if saved is None:
            return 0
        saved.looked_at = now
        if is_first:
            note(session, saved.id, [hit.id for hit in hits], told=False, now=now)
            return 0
        return _tell(session, saved, _strong(session, saved, asked, hits, since, now), now)


def _strong(
    session: Session, saved: SavedSearch, asked: Asked, hits: Sequence[Hit], since: datetime, now: datetime
) -> Mapping[str, str]:
    """Pick the titles by id of what is new and strong."""
    noted = _noted(session, saved.id)
    facts = _facts(session, [hit.id for hit in hits if hit.id not in noted], since, now)
    wanted = {chip.ref for chip in asked.chips if chip.ref and not chip.negated}
    denied = {chip.ref for chip in asked.chips if chip.ref and chip.negated} - wanted
    return {
        hit.id: fact.title
        for place, hit in enumerate(hits, start=1)
        if (fact := facts.get(hit.id)) is not None
        and is_strong(
            Match(
                place=place,
                words=hit.lexical,
                met=len(wanted & fact.terms),
                details=len(wanted),
                denied=len(denied & fact.terms),
                has_come=fact.has_come,
                has_changed=fact.has_changed,
            )
        )
    }


def _facts(session: Session, ids: Sequence[str], since: datetime, now: datetime) -> Mapping[str, _Fact]:
    if not ids:
        return {}
    came = select(AssetPeriod.asset_id).where(
        AssetPeriod.asset_id.in_(ids), AssetPeriod.starts_at > since, AssetPeriod.starts_at <= now
    )
    new = frozenset(session.scalars(came))
    tags = (
        select(AssetTerm.asset_id, Term.facet_key, Term.key)
        .join(Term, Term.id == AssetTerm.term_id)
        .where(AssetTerm.asset_id.in_(ids))
    )
    terms: dict[str, set[str]] = {}
    for asset_id, facet, key in session.execute(tags):
        terms.setdefault(asset_id, set()).add(f"{facet}:{key}")
    return {
        asset.id: _Fact(
            asset.title, frozenset(terms.get(asset.id, ())), asset.id in new, asset.updated_at > since
        )
        for asset in session.scalars(select(Asset).where(Asset.id.in_(ids)))
        if is_live(Status(asset.status), asset.publish_at, asset.expires_at, now)
    }


def _tell(session: Session, saved: SavedSearch, titles: Mapping[str, str], now: datetime) -> int:
    if not titles:
        return 0
    note(session, saved.id, titles, told=True, now=now)
    asset_id, title = next(iter(titles.items()))
    values = {"name": saved.name, "title": title, "asset": asset_id, "count": len(titles)}
    message = ONE if len(titles) == 1 else MANY
    notifications.tell(session, saved.user_id, message, values, path=f"/saved#kept-{saved.id}", now=now)
    return len(titles)


def _noted(session: Session, saved_id: str) -> frozenset[str]:
    mine = select(SavedSearchMatch.asset_id).where(SavedSearchMatch.saved_search_id == saved_id)
    return frozenset(session.scalars(mine))
