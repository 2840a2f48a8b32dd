"""The library as a list: filters, order and an opaque cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
from content_map.services.library_order import SORTS, coverage, order_of
from content_map.services.library_queues import Queue, live, within

__all__ = [
    "LIMIT",
    "SORTS",
    "LibraryFilter",
    "count",
    "ids",
    "languages",
    "listed",
    "live",
    "live_by_conversation",
    "live_count",
]

LIMIT = 50


@dataclass(frozen=True, slots=True)
class LibraryFilter:
    """What to list; None leaves a side open. `coverage_below`: tagged in fewer facets than that."""

    conversation: Conversation | None = None
    status: Status | None = None
    queue: Queue | None = None
    state: State | None = None
    kind: Kind | None = None
    owner: str | None = None
    language: str | None = None
    coverage_below: int | None = None
    terms: tuple[str, ...] = ()
    text: str | None = None
    sort: str = "-updated_at"


def listed(
    session: Session,
    wanted: LibraryFilter,
    *,
    cursor: str | None = None,
    limit: int = LIMIT,
    today: date | None = None,
    actor: Actor,
    now: datetime,
) -> Slice[Asset]:
    """List what the actor may know of, a page at a time. Raises Invalid for an unreadable cursor.

    `today`: the day in the organisation's zone, by which reviews are due.
    """
    order = order_of(wanted.sort)
    query = (
        _filtered(select(Asset, order.value), wanted, today, actor, now)
        .options(
            contains_eager(Asset.current),
            joinedload(Asset.owner),
            selectinload(Asset.terms).joinedload(AssetTerm.term),
        )
        .order_by(*order.by())
        .limit(cursors.bounded(limit) + 1)
    )
    if cursor is not None:
        query = query.where(order.after(cursor))
    found = session.execute(query).unique().all()
    page = found[:limit]
    following = order.cursor(page[-1][1], page[-1][0].id) if len(found) > len(page) else None
    return Slice([row[0] for row in page], following)


def ids(
    session: Session,
    wanted: LibraryFilter,
    *,
    limit: int,
    today: date | None = None,
    actor: Actor,
    now: datetime,
) -> Sequence[str]:
    """List the ids of what fits, up to `limit`."""
    query = _filtered(select(Asset.id), wanted, today, actor, now)
    return session.scalars(query.order_by(Asset.id).limit(limit)).all()


def count(
    session: Session, wanted: LibraryFilter, *, today: date | None = None, actor: Actor, now: datetime
) -> int:
    """Count what fits."""
    return session.scalar(_filtered(select(func.count(Asset.id)), wanted, today, actor, now)) or 0


def live_count(session: Session, *, now: datetime) -> int:
    """Count the live assets."""
    return session.scalar(select(func.count()).select_from(Asset).where(live(now))) or 0


def live_by_conversation(session: Session, *, now: datetime) -> dict[Conversation, int]:
    """Count the live assets of each conversation; all five are in it."""
    rows = session.execute(
        select(Asset.conversation, func.count()).where(live(now)).group_by(Asset.conversation)
    )
    counted = {Conversation(key): count for key, count in rows if key is not None}
    return {each: counted.get(each, 0) for each in Conversation}


def languages(session: Session) -> Sequence[str]:
    """List the languages that current files are written in."""
    spoken = select(Version.language).join(Asset.current).where(Version.language.is_not(None)).distinct()
    return [each for each in session.scalars(spoken.order_by(Version.language)) if each]


def _filtered(
    query: Select[Any], wanted: LibraryFilter, today: date | None, actor: Actor, now: datetime
) -> Select[Any]:
    conditions = [_visible(actor, now), *_plain(wanted), *(_tagged(each) for each in wanted.terms)]
    if wanted.queue is not None:
        conditions.append(within(wanted.queue, today or now.date(), now))
    if wanted.coverage_below is not None:
        conditions.append(coverage() < wanted.coverage_below)
    if wanted.text:
        conditions.append(func.lower(Asset.title).contains(wanted.text.lower(), autoescape=True))
    return query.select_from(Asset).join(Asset.current).where(*conditions)


def _plain(wanted: LibraryFilter) -> Sequence[ColumnElement[bool]]:
    columns = (
        (Asset.conversation, wanted.conversation),
        (Asset.status, wanted.status),
        (Asset.owner_id, wanted.owner),
        (Version.state, wanted.state),
        (Version.kind, wanted.kind),
        (Version.language, wanted.language),
    )
    return [column == str(value) for column, value in columns if value is not None]


def _tagged(full_key: str) -> ColumnElement[bool]:
    facet, _, key = full_key.partition(":")
    tagged = select(AssetTerm.asset_id).join(Term, Term.id == AssetTerm.term_id)
    return exists(tagged.where(AssetTerm.asset_id == Asset.id, Term.facet_key == facet, Term.key == key))


def _visible(actor: Actor, now: datetime) -> ColumnElement[bool]:
    seen = [live(now)]
    if allows(actor, Right.SEE_DRAFTS):
        seen.append(Asset.status == Status.DRAFT.value)
        seen.append(and_(Asset.status == Status.PUBLISHED.value, Asset.publish_at > now))
    if allows(actor, Right.SEE_RETIRED):
        seen.append(Asset.status == Status.ARCHIVED.value)
        seen.append(and_(Asset.status == Status.PUBLISHED.value, Asset.expires_at <= now))
    return or_(*seen)
