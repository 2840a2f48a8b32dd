"""Tasks: work on an asset that a cure or the docket asks for, owned by one side, done once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.domain.docket import NOTE_CHARACTERS, TASK_DUE_AFTER, TaskKind
from content_map.domain.people import Actor, Role
from content_map.domain.permissions import Right, allows, require, rights_of
from content_map.domain.unused import Side
from content_map.errors import Conflict, FieldError, Invalid, NotFound
from content_map.models import Asset, Task, User
from content_map.services import audit, notifications
from content_map.services.texts import NOT_STORABLE, is_storable

RIGHT_OF = {Side.MARKETING: Right.DECIDE_FOR_MARKETING, Side.SALES: Right.DECIDE_FOR_SALES}
PAGE_PATH = "/docket/tasks"


def open_task(
    session: Session,
    kind: TaskKind,
    asset_id: str,
    *,
    quarter: str | None = None,
    note: str | None = None,
    actor: Actor,
    now: datetime,
) -> Task:
    """Ask a side for work on an asset; an open task of the same kind and asset is returned, not doubled.

    Marketers, managers and admins may ask either side; only the side that owns the work can finish it. Marketing's
    goes to the asset's owner, sales' to the manager who asks, else to any manager. Due after 30 days.
    Raises NotAllowed, NotFound, Invalid.
    """
    require(actor, Right.OPEN_TASKS)
    check_note(note)
    # Two who ask at once must not open two: the asset's row is the place to queue.
    asset = session.get(Asset, asset_id, with_for_update=True)
    if asset is None:
        raise NotFound("There is no such asset.")
    there = open_one(session, kind, asset_id)
    if there is not None:
        return there
    task = Task(
        kind=kind.value,
        side=kind.side.value,
        asset_id=asset_id,
        quarter=quarter,
        note=(note or "").strip() or None,
        assignee_id=_assignee(session, kind, asset, actor),
        due_on=(now + TASK_DUE_AFTER).date(),
        made_by=actor.id,
        made_at=now,
    )
    session.add(task)
    session.flush()
    changes = {"kind": kind.value, "asset": asset_id, "quarter": quarter}
    audit.note(session, "task.opened", "task", task.id, actor=actor, now=now, changes=changes)
    return task


def ask_for(
    session: Session,
    kind: TaskKind,
    asset_id: str,
    *,
    quarter: str | None = None,
    note: str | None = None,
    actor: Actor,
    now: datetime,
) -> Task:
    """Open a task as `open_task` does, for an asset that the actor names: a draft is secret from other sides.

    Raises NotAllowed, NotFound, Invalid.
    """
    require(actor, Right.OPEN_TASKS)
    check_not_secret(session, asset_id, actor)
    return open_task(session, kind, asset_id, quarter=quarter, note=note, actor=actor, now=now)


def check_not_secret(session: Session, asset_id: str, actor: Actor) -> None:
    """Let pass what may be named at all; what has ended stands in reports and on the docket. Raises NotFound."""
    asset = session.get(Asset, asset_id)
    if asset is None or (asset.status == Status.DRAFT and not allows(actor, Right.SEE_DRAFTS)):
        raise NotFound("There is no such asset.")


def open_one(session: Session, kind: TaskKind, asset_id: str) -> Task | None:
    """Find the open task of a kind for an asset."""
    same = (Task.kind == kind.value, Task.asset_id == asset_id, Task.done_at.is_(None))
    return session.scalar(select(Task).where(*same))


def get(session: Session, task_id: str, *, actor: Actor) -> Task:
    """Load a task. Raises NotAllowed, NotFound."""
    require(actor, Right.SEE_DOCKET)
    task = session.get(Task, task_id)
    if task is None:
        raise NotFound("There is no such task.")
    return task


def finish(
    session: Session,
    task_id: str,
    *,
    taught_on: date | None = None,
    reps_reached: int | None = None,
    note: str | None = None,
    today: date,
    actor: Actor,
    now: datetime,
) -> Task:
    """Say that a task is done; teaching ends with the day and how many reps were reached. Who asked is told.

    A task that is done already stays as it was finished. Raises NotAllowed, NotFound, Invalid.
    """
    task = _own_side(session, task_id, actor)
    check_note(note)
    if task.done_at is not None:
        return task
    _check_teaching(TaskKind(task.kind), taught_on, reps_reached, today)
    task.taught_on, task.reps_reached = taught_on, reps_reached
    task.note = (note or "").strip() or task.note
    task.done_at, task.done_by = now, actor.id
    session.flush()
    changes = {
        "kind": task.kind,
        "asset": task.asset_id,
        "taught_on": taught_on.isoformat() if taught_on else None,
        "reps_reached": reps_reached,
    }
    audit.note(session, "task.done", "task", task.id, actor=actor, now=now, changes=changes)
    if task.made_by != actor.id:
        title = session.scalar(select(Asset.title).where(Asset.id == task.asset_id)) or ""
        values = {"title": title, "kind": task.kind}
        notifications.tell(
            session, task.made_by, f"task.done.{task.kind}", values, path=f"/assets/{task.asset_id}", now=now
        )
    return task


def reopen(session: Session, task_id: str, *, actor: Actor, now: datetime) -> Task:
    """Take back that a task is done. Raises NotAllowed, NotFound, Conflict (the same was asked for again)."""
    task = _own_side(session, task_id, actor)
    if task.done_at is None:
        return task
    if open_one(session, TaskKind(task.kind), task.asset_id) is not None:
        raise Conflict("The same work was asked for again meanwhile. Finish that task instead.")
    task.done_at = task.done_by = task.taught_on = task.reps_reached = None
    session.flush()
    audit.note(session, "task.reopened", "task", task.id, actor=actor, now=now)
    return task


def withdraw(
    session: Session,
    kind: TaskKind,
    asset_id: str,
    *,
    quarter: str,
    made_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Remove the open task that a quarter's decision asked for at `made_at`; what is done, and what somebody had asked
    for before, stays. Raises NotAllowed.
    """
    require(actor, Right.OPEN_TASKS)
    task = open_one(session, kind, asset_id)
    if task is None or (task.quarter, task.made_at) != (quarter, made_at):
        return
    session.delete(task)
    session.flush()
    changes = {"kind": task.kind, "asset": asset_id, "quarter": quarter}
    audit.note(session, "task.withdrawn", "task", task.id, actor=actor, now=now, changes=changes)


def hand_over(
    session: Session, task_id: str, *, assignee: str | None, due_on: date, actor: Actor, now: datetime
) -> Task:
    """Say who does an open task, and until when; whoever is given it by another is told.

    None as assignee leaves it to anybody of the side. Raises NotAllowed, NotFound, Conflict, Invalid.
    """
    task = _own_side(session, task_id, actor)
    if task.done_at is not None:
        raise Conflict("This task is done. Reopen it first.")
    if assignee is not None:
        check_answers_for(session, assignee, Side(task.side), "/assignee")
    before = {"assignee": task.assignee_id, "due_on": task.due_on.isoformat() if task.due_on else None}
    after = {"assignee": assignee, "due_on": due_on.isoformat()}
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if not changed:
        return task
    task.assignee_id, task.due_on = assignee, due_on
    session.flush()
    audit.note(session, "task.handed_over", "task", task.id, actor=actor, now=now, changes=changed)
    if "assignee" in changed and assignee not in {None, actor.id}:
        title = session.scalar(select(Asset.title).where(Asset.id == task.asset_id)) or ""
        values = {"title": title, "kind": task.kind}
        notifications.tell(session, str(assignee), f"task.given.{task.kind}", values, path=PAGE_PATH, now=now)
    return task


def done_for(session: Session, asset_ids: Collection[str]) -> Mapping[str, tuple[Task, ...]]:
    """Load what was done for these assets, the latest first; only assets with any are in it."""
    found: dict[str, tuple[Task, ...]] = {}
    if not asset_ids:
        return found
    rows = select(Task).where(Task.asset_id.in_(list(asset_ids)), Task.done_at.is_not(None))
    for task in session.scalars(rows.order_by(Task.done_at.desc(), Task.id)):
        found[task.asset_id] = (*found.get(task.asset_id, ()), task)
    return found


def people_of(session: Session, side: Side) -> Sequence[User]:
    """List the active people who act for a side, by name."""
    roles = [role.value for role in Role if RIGHT_OF[side] in rights_of(role)]
    return session.scalars(select(User).where(User.role.in_(roles), User.is_active).order_by(User.name)).all()


def check_answers_for(session: Session, user_id: str, side: Side, pointer: str) -> None:
    """Refuse a person who does not act for a side. Raises Invalid."""
    person = session.get(User, user_id)
    if person is None or not person.is_active:
        raise Invalid.field(pointer, "There is no active person with this id.")
    if not allows(person.as_actor(), RIGHT_OF[side]):
        raise Invalid.field(pointer, f"{person.name} does not decide for {side}.")


def check_note(note: str | None) -> None:
    """Refuse a note that is too long or cannot be kept. Raises Invalid."""
    if not is_storable(note or ""):
        raise Invalid.field("/note", NOT_STORABLE)
    if len(note or "") > NOTE_CHARACTERS:
        raise Invalid.field("/note", f"Write at most {NOTE_CHARACTERS:,} characters.")


def _own_side(session: Session, task_id: str, actor: Actor) -> Task:
    get(session, task_id, actor=actor)
    task = session.get_one(Task, task_id, with_for_update=True)
    require(actor, RIGHT_OF[Side(task.side)])
    return task


def _assignee(session: Session, kind: TaskKind, asset: Asset, actor: Actor) -> str | None:
    if kind.side is Side.SALES:
        return actor.id if actor.role is Role.MANAGER else None
    owner = session.get(User, asset.owner_id)
    return owner.id if owner is not None and owner.is_active else None


def _check_teaching(kind: TaskKind, taught_on: date | None, reps_reached: int | None, today: date) -> None:
    problems = []
    if kind is TaskKind.TEACH:
        if taught_on is None:
            problems.append(FieldError("/taught_on", "Say on which day it was taught."))
        if not reps_reached:
            problems.append(FieldError("/reps_reached", "Say how many reps were reached: at least one."))
    elif taught_on is not None or reps_reached is not None:
        problems.append(FieldError("/taught_on", "Only teaching has a day and reps reached."))
    if taught_on is not None and taught_on > today:
        problems.append(
            FieldError("/taught_on", "This day is still to come. Finish the task when it is over.")
        )
    if problems:
        raise Invalid(" ".join(each.detail for each in problems), problems)
