"""The weekly digest: one message a person about all that waits for them, instead of one for every asset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from content_map.domain.people import Role
from content_map.domain.reviewing import monday_of
from content_map.models import Digest, User
from content_map.services import mail_wishes, notifications, waiting
from content_map.services.waiting import Waiting

SENT_FROM = time(7)
_READERS = (Role.MARKETER.value, Role.ADMIN.value, Role.MANAGER.value)


@dataclass(frozen=True, slots=True)
class WeeklyDigest:
    """What one person is told this week; `by_mail` unless they said no."""

    person: User
    waiting: Sequence[Waiting]
    by_mail: bool


def due(session: Session, *, zone: ZoneInfo, now: datetime) -> Sequence[str]:
    """List who has not had this week's digest, from Monday 7:00 in the organisation's zone on; ids in order.

    A person who joined this week begins with the next one.
    """
    local = now.astimezone(zone)
    monday = monday_of(local.date())
    begins = datetime.combine(monday, SENT_FROM, zone)
    if local < begins:
        return ()
    had = exists(select(Digest.user_id).where(Digest.user_id == User.id, Digest.monday == monday))
    wanted = select(User.id).where(User.is_active, User.role.in_(_READERS), User.created_at < begins, ~had)
    return session.scalars(wanted.order_by(User.id)).all()


def make(session: Session, user_id: str, *, zone: ZoneInfo, now: datetime) -> WeeklyDigest | None:
    """Note that the person had this week's digest and leave the message; None when nothing waits for them."""
    person = session.get(User, user_id)
    if person is None:
        return None
    today = now.astimezone(zone).date()
    session.add(Digest(user_id=person.id, monday=monday_of(today), made_at=now))
    found = waiting.waiting(session, today=today, actor=person.as_actor(), now=now)
    session.flush()
    if not found:
        return None
    values = {"count": sum(each.count for each in found)}
    notifications.tell(session, person.id, "digest.week", values, path="/to-do", now=now)
    return WeeklyDigest(person, found, by_mail=mail_wishes.said_yes(person))
