"""Messages inside the product: a key and values, put into words at the edge."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from content_map.domain.people import Actor
from content_map.models import Notification


def tell(
    session: Session,
    user_id: str,
    message: str,
    values: Mapping[str, Any],
    *,
    path: str | None = None,
    now: datetime,
) -> Notification:
    """Leave a message for one person; `path` is where it leads, inside the product."""
    told = Notification(user_id=user_id, message=message, values=dict(values), path=path, created_at=now)
    session.add(told)
    session.flush()
    return told


def unread(session: Session, *, actor: Actor, limit: int = 50) -> Sequence[Notification]:
    """List one's own unread messages, newest first."""
    mine = select(Notification).where(Notification.user_id == actor.id, Notification.read_at.is_(None))
    newest = mine.order_by(Notification.created_at.desc(), Notification.id.desc())
    return session.scalars(newest.limit(limit)).all()


def count_unread(session: Session, *, actor: Actor) -> int:
    """Count one's own unread messages."""
    mine = select(func.count()).where(Notification.user_id == actor.id, Notification.read_at.is_(None))
    return session.scalar(mine) or 0


def mark_read(session: Session, ids: Collection[str], *, actor: Actor, now: datetime) -> int:
    """Mark messages as read; somebody else's stay as they are. Returns how many changed."""
    marked = session.scalars(
        update(Notification)
        .where(Notification.id.in_(ids), Notification.user_id == actor.id, Notification.read_at.is_(None))
        .values(read_at=now)
        .returning(Notification.id)
    )
    return len(marked.all())
