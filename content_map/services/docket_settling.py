"""What follows when both sides say the same of an unused asset, and how it is undone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.domain.docket import Choice, task_of
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, allows
from content_map.errors import Conflict
from content_map.models import Asset, AssetPeriod, DocketItem, User
from content_map.services import assets, tasks
from content_map.services.asset_changes import AssetChanges


def do(session: Session, item: DocketItem, choice: Choice, *, actor: Actor, now: datetime) -> None:
    """Retire the asset, or open the task that was agreed; keeping asks for nothing. Raises Conflict, Invalid."""
    if choice is Choice.RETIRE:
        _retire(session, item, now)
    elif (kind := task_of(choice)) is not None:
        tasks.open_task(
            session, kind, item.asset_id, quarter=item.quarter, note=item.note, actor=actor, now=now
        )


def undo(session: Session, item: DocketItem, *, actor: Actor, now: datetime) -> None:
    """Bring a retired asset back, or withdraw the task that is not done yet.

    An asset that somebody archived by hand, before it was settled or since, stays archived.
    """
    choice = Choice(item.settled_choice or "")
    if choice is Choice.RETIRE:
        asset = session.get_one(Asset, item.asset_id)
        if asset.status == Status.ARCHIVED and not _ended_elsewhere(session, item):
            changes: AssetChanges = {"status": Status.PUBLISHED}
            if asset.successor_id is not None and asset.successor_id == item.successor_id:
                changes["successor"] = None
            assets.change(session, asset.id, changes, actor=_marketer(session, item), now=now)
    elif (kind := task_of(choice)) is not None:
        made_at = item.settled_at
        tasks.withdraw(
            session, kind, item.asset_id, quarter=item.quarter, made_at=made_at, actor=actor, now=now
        )


def _retire(session: Session, item: DocketItem, now: datetime) -> None:
    asset = session.get_one(Asset, item.asset_id)
    changes: AssetChanges = {}
    if asset.status != Status.ARCHIVED:
        changes["status"] = Status.ARCHIVED
    if item.successor_id is not None and item.successor_id != asset.successor_id:
        changes["successor"] = item.successor_id
    if changes:
        assets.change(session, asset.id, changes, actor=_marketer(session, item), now=now)


def _ended_elsewhere(session: Session, item: DocketItem) -> bool:
    """Say whether the asset's last live time was ended by archiving it at another moment than the settling."""
    lived = select(AssetPeriod.end_reason, AssetPeriod.ends_at).where(AssetPeriod.asset_id == item.asset_id)
    last = session.execute(lived.order_by(AssetPeriod.starts_at.desc()).limit(1)).one_or_none()
    return last is not None and last.end_reason == "archived" and last.ends_at != item.settled_at


def _marketer(session: Session, item: DocketItem) -> Actor:
    """Whose right it is to change the asset: sales agrees, and marketing's word retires it."""
    person = session.get(User, item.marketing_by) if item.marketing_by else None
    if person is None or not allows(person.as_actor(), Right.EDIT_ASSET):
        raise Conflict(
            "Whoever chose for marketing may not change assets any more. A marketer must choose again."
        )
    return person.as_actor()
