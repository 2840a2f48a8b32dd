"""The library as a list: filters, order and an opaque cursor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from content_map.domain.assets import Kind, State, Status
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, allows
from content_map.models import Asset, AssetTerm, Term, Version
from content_map.services import cursors
from content_map.services.cursors import Slice

LIMIT = 50


@dataclass(frozen=True, slots=True)
class LibraryFilter:
    """What to list; None leaves a side open. `needs_tagging`: a draft, ready, without a conversation or terms."""

    conversation: Conversation | None = None
    status: Status | None = None
    state: State | None = None
    kind: Kind | None = None
    owner: str | None = None
    terms: tuple[str, ...] = ()
    text: str | None = None
    needs_tagging: bool = False
    review_due_by: datetime | None = None
    sort: str = "-updated_at"


_COLUMNS = {"updated_at": Asset.updated_at, "created_at": Asset.created_at, "title": Asset.title}
SORTS = tuple(sorted([*_COLUMNS, *(f"-{name}" for name in _COLUMNS)]))


def listed(
    session: Session,
    wanted: LibraryFilter,
    *,
    cursor: str | None = None,
    limit: int = LIMIT,
    actor: Actor,
    now: datetime,
) -> Slice[Asset]:
    """List what the actor may know of, a page at a time. Raises Invalid for an unreadable cursor."""
    column = _COLUMNS[wanted.sort.lstrip("-")]
    down = wanted.sort.startswith("-")
    query = (
        _filtered(select(Asset).join(Asset.current), wanted, actor, now)
        .options(
            contains_eager(Asset.current),
            joinedload(Asset.owner),
            selectinload(Asset.terms).joinedload(AssetTerm.term),
        )
        .order_by(column.desc() if down else column.asc(), Asset.id.desc() if down else Asset.id.asc())
        .limit(cursors.bounded(limit) + 1)
    )
    if cursor is not None:
        value, last_id = _place(cursor, wanted.sort)
        beyond = column < value if down else column > value
        same = and_(column == value, Asset.id < last_id if down else Asset.id > last_id)
        query = query.where(or_(beyond, same))
    found = session.scalars(query).unique().all()
    page = found[:limit]
    return Slice(page, _cursor(page[-1], wanted.sort) if len(found) > len(page) else None)


def counts(session: Session, *, actor: Actor, now: datetime) -> dict[str, int]:
    """Count what the library's tabs show: live, drafts, archived, needs tagging, failed; none beyond one's rights."""
    is_live = live(now)
    query = (
        select(
            func.count().filter(is_live),
            func.count().filter(Asset.status == Status.DRAFT.value),
            func.count().filter(Asset.status == Status.ARCHIVED.value),
            func.count().filter(_needs_tagging()),
            func.count().filter(
                and_(Version.state == State.FAILED.value, Asset.status != Status.ARCHIVED.value)
            ),
        )
        .select_from(Asset)
        .join(Asset.current)
    )
    row = session.execute(query).one()
    named = dict(zip(("live", "draft", "archived", "needs_tagging", "failed"), row, strict=True))
    if not allows(actor, Right.SEE_DRAFTS):
        return {"live": named["live"]}
    return named


def live_by_conversation(session: Session, *, now: datetime) -> dict[Conversation, int]:
    """Count the live assets of each conversation; all five are in it."""
    rows = session.execute(
        select(Asset.conversation, func.count()).where(live(now)).group_by(Asset.conversation)
    )
    counted = {Conversation(key): count for key, count in rows if key is not None}
    return {each: counted.get(each, 0) for each in Conversation}


def _filtered(query: Select[Any], wanted: LibraryFilter, actor: Actor, now: datetime) -> Select[Any]:
    query = query.where(_visible(actor, now))
    if wanted.conversation is not None:
        query = query.where(Asset.conversation == wanted.conversation.value)
    if wanted.status is not None:
        query = query.where(Asset.status == wanted.status.value)
    if wanted.state is not None:
        query = query.where(Version.state == wanted.state.value)
    if wanted.kind is not None:
        query = query.where(Version.kind == wanted.kind.value)
    if wanted.owner is not None:
        query = query.where(Asset.owner_id == wanted.owner)
    if wanted.needs_tagging:
        query = query.where(_needs_tagging())
    if wanted.review_due_by is not None:
        query = query.where(Asset.review_by <= wanted.review_due_by.date())
    for full_key in wanted.terms:
        facet, _, key = full_key.partition(":")
        tagged = (
            select(AssetTerm.asset_id)
            .join(Term, Term.id == AssetTerm.term_id)
            .where(AssetTerm.asset_id == Asset.id, Term.facet_key == facet, Term.key == key)
        )
        query = query.where(exists(tagged))
    if wanted.text:
        query = query.where(func.lower(Asset.title).contains(wanted.text.lower(), autoescape=True))
    return query


def _visible(actor: Actor, now: datetime) -> ColumnElement[bool]:
    seen = [live(now)]
    if allows(actor, Right.SEE_DRAFTS):
        seen.append(Asset.status == Status.DRAFT.value)
        seen.append(and_(Asset.status == Status.PUBLISHED.value, Asset.publish_at > now))
    if allows(actor, Right.SEE_RETIRED):
        seen.append(Asset.status == Status.ARCHIVED.value)
        seen.append(and_(Asset.status == Status.PUBLISHED.value, Asset.expires_at <= now))
    return or_(*seen)


def live(now: datetime) -> ColumnElement[bool]:
    """The condition under which reps can meet an asset."""
    return and_(
        Asset.status == Status.PUBLISHED.value,
        or_(Asset.publish_at.is_(None), Asset.publish_at <= now),
        or_(Asset.expires_at.is_(None), Asset.expires_at > now),
    )


def _needs_tagging() -> ColumnElement[bool]:
    untagged = ~exists(select(AssetTerm.asset_id).where(AssetTerm.asset_id == Asset.id))
    return and_(Asset.status != Status.ARCHIVED.value, or_(Asset.conversation.is_(None), untagged))


def _cursor(last: Asset, sort: str) -> str:
    value = getattr(last, sort.lstrip("-"))
    return cursors.make(sort, value.isoformat() if isinstance(value, datetime) else value, last.id)


def _place(cursor: str, sort: str) -> tuple[str | datetime, str]:
    made_for, value, last_id = cursors.read(cursor, parts=3)
    if made_for != sort:
        raise cursors.refused()
    return (value if sort.lstrip("-") == "title" else cursors.moment(value)), last_id
