"""Which tasks there are: open ones by when they are due, done ones by when they were done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from content_map.domain.docket import TaskKind
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, allows, require
from content_map.domain.unused import Side
from content_map.models import Task
from content_map.services import cursors
from content_map.services.cursors import Slice
from content_map.services.tasks import RIGHT_OF


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tasks to list; `mine`: of the side one acts for, not assigned to somebody else."""

    side: Side | None = None
    kind: TaskKind | None = None
    asset: str | None = None
    done: bool = False
    mine: bool = False


def listed(
    session: Session, wanted: Wanted, *, limit: int = 50, cursor: str | None = None, actor: Actor
) -> Slice[Task]:
    """List open tasks, the first due first, or done ones, the latest first. Raises NotAllowed, Invalid."""
    require(actor, Right.SEE_DOCKET)
    shown = (joinedload(Task.asset), joinedload(Task.assignee))
    rows = select(Task).options(*shown).where(meant(wanted, actor))
    key = Task.done_at if wanted.done else Task.due_on
    if cursor is not None:
        rows = rows.where(_after(cursor, done=wanted.done))
    limit = cursors.bounded(limit)
    order = (key.desc(), Task.id.desc()) if wanted.done else (key.asc(), Task.id.asc())
    found = session.scalars(rows.order_by(*order).limit(limit + 1)).all()
    last = found[limit - 1] if len(found) > limit else None
    if last is None:
        return Slice(found[:limit], None)
    at = last.done_at if wanted.done else last.due_on
    return Slice(found[:limit], cursors.make(at.isoformat() if at else "", last.id))


def meant(wanted: Wanted, actor: Actor) -> ColumnElement[bool]:
    """Say in SQL which tasks are wanted."""
    said: list[ColumnElement[bool]] = [Task.done_at.is_not(None) if wanted.done else Task.done_at.is_(None)]
    if wanted.side is not None:
        said.append(Task.side == wanted.side.value)
    if wanted.kind is not None:
        said.append(Task.kind == wanted.kind.value)
    if wanted.asset is not None:
        said.append(Task.asset_id == wanted.asset)
    if wanted.mine:
        sides = [side.value for side, right in RIGHT_OF.items() if allows(actor, right)]
        said += [Task.side.in_(sides), or_(Task.assignee_id == actor.id, Task.assignee_id.is_(None))]
    return and_(*said)


def reload(session: Session, task: Task) -> Task:
    """Load a task again with what is shown of it."""
    shown = (joinedload(Task.asset), joinedload(Task.assignee))
    rows = select(Task).where(Task.id == task.id).options(*shown)
    return session.scalars(rows.execution_options(populate_existing=True)).one()


def count(session: Session, wanted: Wanted, *, actor: Actor) -> int:
    """Count them. Raises NotAllowed."""
    require(actor, Right.SEE_DOCKET)
    return session.scalar(select(func.count()).select_from(Task).where(meant(wanted, actor))) or 0


def _after(cursor: str, *, done: bool) -> ColumnElement[bool]:
    at, last_id = cursors.read(cursor, parts=2)
    if done:
        moment = cursors.moment(at)
        return or_(Task.done_at < moment, and_(Task.done_at == moment, Task.id < last_id))
    try:
        day = date.fromisoformat(at)
    except ValueError:
        raise cursors.refused() from None
    return or_(Task.due_on > day, and_(Task.due_on == day, Task.id > last_id))
