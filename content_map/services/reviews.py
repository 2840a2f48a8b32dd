"""Reviews: an owner says that an asset is still right, and is reminded when its day comes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.domain.reviewing import REMINDER_DAYS, months_later, reminder_due
from content_map.errors import Invalid, NotFound
from content_map.models import Asset, Reminder
from content_map.services import assets, audit, library, notifications

_MESSAGES = {-14: "review.soon", 0: "review.today", 7: "review.overdue"}


def confirm(
    session: Session,
    asset_id: str,
    *,
    review_by: date | None = None,
    months: int,
    today: date,
    actor: Actor,
    now: datetime,
) -> Asset:
    """Say that an asset is still right until `review_by`, or for `months` from today.

    Raises NotAllowed, NotFound, Invalid (a day that is over).
    """
    require(actor, Right.EDIT_ASSET)
    if review_by is not None and review_by <= today:
        raise Invalid.field("/review_by", "Choose a day after today: it is when you want to look again.")
    asset = session.get(Asset, asset_id, with_for_update=True)
    if asset is None:
        raise NotFound("There is no such asset.")
    before = asset.review_by.isoformat() if asset.review_by else None
    asset.review_by = review_by or months_later(today, months)
    asset.reviewed_at = asset.updated_at = now
    audit.note(
        session,
        "asset.reviewed",
        "asset",
        asset.id,
        actor=actor,
        now=now,
        changes={"review_by": [before, asset.review_by.isoformat()]},
    )
    session.flush()
    return assets.get(session, asset.id, actor=actor, now=now)


def remind(session: Session, *, today: date, now: datetime) -> int:
    """Remind owners of the live assets whose day has come near, come or gone; returns how many assets.

    Each reminder of an asset and day is given once; an owner hears of many in one message.
    """
    due = _due(session, today, now)
    by_owner: defaultdict[tuple[str, int], list[Asset]] = defaultdict(list)
    for asset, days in due:
        by_owner[asset.owner_id, days].append(asset)
        session.add(
            Reminder(
                asset_id=asset.id,
                review_by=asset.review_by,
                days=days,
                user_id=asset.owner_id,
                reminded_at=now,
            )
        )
    for (owner, days), theirs in sorted(by_owner.items(), key=lambda each: each[0]):
        _tell(session, owner, days, theirs, now)
    session.flush()
    return len(due)


def _due(session: Session, today: date, now: datetime) -> list[tuple[Asset, int]]:
    horizon = today - timedelta(days=REMINDER_DAYS[0])
    near = select(Asset).where(library.live(now), Asset.review_by <= horizon).order_by(Asset.id)
    found = session.scalars(near).all()
    given = _given(session, (asset.id for asset in found))
    return [
        (asset, days)
        for asset in found
        if asset.review_by is not None
        and (days := reminder_due(asset.review_by, today, given[asset.id, asset.review_by])) is not None
    ]


def _given(session: Session, asset_ids: Iterable[str]) -> defaultdict[tuple[str, date], set[int]]:
    given: defaultdict[tuple[str, date], set[int]] = defaultdict(set)
    for reminder in session.scalars(select(Reminder).where(Reminder.asset_id.in_(list(asset_ids)))):
        given[reminder.asset_id, reminder.review_by].add(reminder.days)
    return given


def _tell(session: Session, owner: str, days: int, theirs: list[Asset], now: datetime) -> None:
    if len(theirs) == 1:
        values = {"title": theirs[0].title}
        notifications.tell(session, owner, _MESSAGES[days], values, path=f"/assets/{theirs[0].id}", now=now)
        return
    notifications.tell(
        session, owner, f"{_MESSAGES[days]}.many", {"count": len(theirs)}, path="/to-do#review", now=now
    )
