"""The library's work queues: what needs something done, as conditions on assets, and how much of each there is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from content_map.domain.assets import State, Status
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, allows
from content_map.domain.usage import Feedback
from content_map.models import Asset, AssetTerm, Flag, Version

REVIEW_AHEAD = timedelta(days=14)  # the first reminder: the owner, issue 3
EXPIRY_AHEAD = timedelta(days=30)


class Queue(StrEnum):
    """A part of the library that somebody works through, in the order of its tabs."""

    LIVE = "live"
    NEEDS_TAGGING = "needs-tagging"
    FAILED = "failed"
    REVIEW_DUE = "review-due"
    FLAGGED = "flagged"
    EXPIRING = "expiring"
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    ARCHIVED = "archived"


def queues_of(actor: Actor) -> tuple[Queue, ...]:
    """List the queues whose assets the actor may know of."""
    if allows(actor, Right.SEE_DRAFTS):
        return tuple(Queue)
    return (Queue.LIVE, Queue.ARCHIVED) if allows(actor, Right.SEE_RETIRED) else (Queue.LIVE,)


def counts(
    session: Session, *, owner: str | None = None, today: date | None = None, actor: Actor, now: datetime
) -> dict[Queue, int]:
    """Count the assets of each queue the actor may know of, of one owner or of all, in one statement."""
    queues = queues_of(actor)
    counted = [func.count().filter(within(each, today or now.date(), now)) for each in queues]
    query = select(*counted).select_from(Asset).join(Asset.current)
    if owner is not None:
        query = query.where(Asset.owner_id == owner)
    return dict(zip(queues, session.execute(query).one(), strict=True))


def within(queue: Queue, today: date, now: datetime) -> ColumnElement[bool]:
    """The condition under which an asset, joined with its current version, stands in a queue."""
    match queue:
        case Queue.LIVE:
            return live(now)
        case Queue.NEEDS_TAGGING:
            return needs_tagging()
        case Queue.FAILED:
            return and_(Version.state == State.FAILED.value, _kept())
        case Queue.REVIEW_DUE:
            return and_(live(now), Asset.review_by <= today + REVIEW_AHEAD)
        case Queue.FLAGGED:
            opened = select(Flag.id).where(Flag.asset_id == Asset.id, Flag.state == "open")
            # What is to be taught is a manager's: the file itself is right.
            return and_(exists(opened.where(Flag.code != Feedback.DO_NOT_KNOW_HOW.value)), _kept())
        case Queue.EXPIRING:
            return and_(live(now), Asset.expires_at <= now + EXPIRY_AHEAD)
        case Queue.SCHEDULED:
            return and_(Asset.status == Status.PUBLISHED.value, Asset.publish_at > now)
        case Queue.DRAFT | Queue.ARCHIVED:
            return Asset.status == queue.value


def live(now: datetime) -> ColumnElement[bool]:
    """The condition under which reps can meet an asset."""
    return and_(
        Asset.status == Status.PUBLISHED.value,
        or_(Asset.publish_at.is_(None), Asset.publish_at <= now),
        or_(Asset.expires_at.is_(None), Asset.expires_at > now),
    )


def needs_tagging() -> ColumnElement[bool]:
    """The condition of an asset without a conversation or without a single term."""
    untagged = ~exists(select(AssetTerm.asset_id).where(AssetTerm.asset_id == Asset.id))
    return and_(_kept(), or_(Asset.conversation.is_(None), untagged))


def _kept() -> ColumnElement[bool]:
    return Asset.status != Status.ARCHIVED.value
