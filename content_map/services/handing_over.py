"""Whoever can no longer own assets hands them to somebody who can: an asset without an owner is nobody's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.domain.people import Actor, Role
from content_map.domain.permissions import Right, require
from content_map.domain.unused import Side
from content_map.errors import FieldError, Invalid
from content_map.models import Asset, Request, Task, User
from content_map.services import asset_changes, audit, notifications
from content_map.services.requests import WAITING

TOLD = "assets.handed_over"
OWNERS = frozenset({Role.MARKETER, Role.ADMIN})


def can_own(person: User) -> bool:
    """Say whether a person as they are now may own an asset."""
    return person.is_active and Role(person.role) in OWNERS


def hand_over(
    session: Session, person: User, new_owner_id: str | None, *, actor: Actor, now: datetime
) -> int:
    """Give every asset of the person that is not archived to the new owner, who is told; returns how many.

    Requests they answer and marketing's tasks go along; without a new owner, and sales' tasks, they are nobody's.
    What is archived keeps its owner: that is history. Raises NotAllowed, Invalid (nobody named, or somebody who
    cannot own an asset).
    """
    require(actor, Right.MANAGE_USERS)
    mine = select(Asset).where(Asset.owner_id == person.id, Asset.status != Status.ARCHIVED.value)
    owned = session.scalars(mine.with_for_update()).all()
    if not owned:
        _let_go(session, person, None, actor, now)
        return 0
    if new_owner_id is None:
        raise Invalid(
            f"{person.name} owns {_counted(len(owned))}. Name who takes over; nothing was changed.",
            [FieldError("/new_owner", f"{person.name} owns {_counted(len(owned))}. Name who takes over.")],
        )
    taker = session.get(User, new_owner_id)
    if taker is None or taker.id == person.id or not can_own(taker):
        raise Invalid.field("/new_owner", "Only another active marketer or admin can take over assets.")
    _let_go(session, person, taker, actor, now)
    for asset in owned:
        asset_changes.apply(session, asset, {"owner": taker.id}, actor=actor, now=now)
        audit.note(
            session,
            "asset.changed",
            "asset",
            asset.id,
            actor=actor,
            now=now,
            changes={"owner": [person.id, taker.id]},
        )
    values = {"name": person.name, "n": len(owned)}
    notifications.tell(session, taker.id, TOLD, values, path=f"/library?owner={taker.id}", now=now)
    return len(owned)


def _let_go(session: Session, person: User, taker: User | None, actor: Actor, now: datetime) -> None:
    taker_id = taker.id if taker else None
    answered = select(Request).where(Request.owner_id == person.id, Request.status.in_(WAITING))
    for request in session.scalars(answered):
        request.owner_id = taker_id
        changes = {"owner": [person.id, taker_id]}
        audit.note(session, "request.changed", "request", request.id, actor=actor, now=now, changes=changes)
    for task in session.scalars(select(Task).where(Task.assignee_id == person.id, Task.done_at.is_(None))):
        task.assignee_id = taker_id if task.side == Side.MARKETING else None
        changes = {"assignee": [person.id, task.assignee_id]}
        audit.note(session, "task.handed_over", "task", task.id, actor=actor, now=now, changes=changes)
    session.flush()


def _counted(number: int) -> str:
    return "1 asset" if number == 1 else f"{number:,} assets"
