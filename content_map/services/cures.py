"""Cures that are pressed on the report: work is asked for, the owner is asked, an asset is retired."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.domain.docket import TaskKind
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, allows, require
from content_map.domain.unused import Act
from content_map.errors import Invalid
from content_map.models import Asset, Notification, Task
from content_map.services import audit, bulk, notifications, tasks
from content_map.services.bulk import Edit, Selection

ASKED = "unused.asked"
# What each act is called where the other side asks for it; the owner is told, and retiring is marketing's own.
_WORK: Mapping[Act, TaskKind] = {
    Act.RETAG: TaskKind.RETAG,
    Act.RETITLE: TaskKind.RETITLE,
    Act.GUIDE: TaskKind.GUIDE,
    Act.TEACH: TaskKind.TEACH,
}


@dataclass(frozen=True, slots=True)
class Present:
    """How an asset stands now: whether it may still be acted on, whose it is, and what was asked for already."""

    is_retired: bool
    owner: str
    asked: frozenset[TaskKind]


def may_edit(actor: Actor) -> bool:
    """Say whether the actor mends assets, and so is led to the form instead of asking."""
    return allows(actor, Right.EDIT_ASSET)


def may_ask(actor: Actor) -> bool:
    """Say whether the actor may ask a side for work, or an owner why."""
    return allows(actor, Right.OPEN_TASKS)


def present(session: Session, asset_ids: Collection[str]) -> Mapping[str, Present]:
    """Say of some assets, a page of them at most, how they stand now."""
    opened = session.execute(
        select(Task.asset_id, Task.kind).where(Task.asset_id.in_(asset_ids), Task.done_at.is_(None))
    ).all()
    assets = session.execute(select(Asset.id, Asset.status, Asset.owner_id).where(Asset.id.in_(asset_ids)))
    return {
        id_: Present(
            status == Status.ARCHIVED,
            owner,
            frozenset(TaskKind(kind) for asset_id, kind in opened if asset_id == id_),
        )
        for id_, status, owner in assets
    }


def ask_for(session: Session, act: Act, asset_id: str, *, quarter: str, actor: Actor, now: datetime) -> Task:
    """Open the task that the cure asks for; one that is open already is given back.

    Raises NotAllowed, NotFound, Invalid (an act that is nobody's task).
    """
    kind = _WORK.get(act)
    if kind is None:
        raise Invalid.field("/act", "This is done at once, not asked for.")
    return tasks.ask_for(session, kind, asset_id, quarter=quarter, actor=actor, now=now)


def ask_owner(
    session: Session, asset_id: str, *, quarter: str, path: str, actor: Actor, now: datetime
) -> Notification | None:
    """Tell the asset's owner that somebody asks why it was not used in the quarter; `path` leads back to it.

    The same question of the same person is put once: then None. Raises NotAllowed, NotFound.
    """
    require(actor, Right.OPEN_TASKS)
    tasks.check_not_secret(session, asset_id, actor)
    asset = session.get_one(Asset, asset_id)
    values = {"title": asset.title, "name": actor.name, "quarter": quarter}
    told = session.scalars(
        select(Notification).where(
            Notification.user_id == asset.owner_id,
            Notification.message == ASKED,
            Notification.path == path,
            Notification.read_at.is_(None),
        )
    )
    if any(each.values["name"] == actor.name and each.values["quarter"] == quarter for each in told):
        return None
    note = notifications.tell(session, asset.owner_id, ASKED, values, path=path, now=now)
    audit.note(
        session, "asset.owner_asked", "asset", asset_id, actor=actor, now=now, changes={"quarter": quarter}
    )
    return note


def retire(
    session: Session, asset_id: str, successor: str | None, *, actor: Actor, now: datetime
) -> str | None:
    """Retire an asset, with the one that takes its place if there is one; gives the token that undoes it.

    None when it was retired already. Raises NotAllowed, Invalid.
    """
    edit = Edit({"status": Status.ARCHIVED})
    if successor:
        edit.changes["successor"] = successor
    return bulk.change(session, Selection((asset_id,)), edit, actor=actor, now=now).undo
