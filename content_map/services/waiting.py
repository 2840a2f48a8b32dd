"""What waits for one person: their assets that need something, and the flags that are theirs to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from content_map.domain.assets import Status
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, allows
from content_map.domain.usage import Feedback
from content_map.models import Asset, Flag, Request, Task
from content_map.services import library_queues, requests, task_lists

SHOWN = 5


class Queue(StrEnum):
    """A kind of work, in the order in which it is worth doing."""

    FLAGGED = "flagged"
    TEACH = "teach"
    FAILED = "failed"
    REVIEW = "review"
    EXPIRING = "expiring"
    TAGGING = "tagging"
    TASKS = "tasks"
    REQUESTS = "requests"


_IN_THE_LIBRARY = {
    Queue.FAILED: library_queues.Queue.FAILED,
    Queue.REVIEW: library_queues.Queue.REVIEW_DUE,
    Queue.EXPIRING: library_queues.Queue.EXPIRING,
    Queue.TAGGING: library_queues.Queue.NEEDS_TAGGING,
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much of a kind waits, and the first few assets of it; requests have none."""

    queue: Queue
    count: int
    first: Sequence[Asset]


def queues_of(actor: Actor) -> tuple[Queue, ...]:
    """The kinds of work a role has; none for those who only read."""
    owner = (Queue.FLAGGED, Queue.FAILED, Queue.REVIEW, Queue.EXPIRING, Queue.TAGGING)
    mine = {*owner} if allows(actor, Right.EDIT_ASSET) else set()
    rights = {
        Queue.TEACH: Right.TEACH,
        Queue.TASKS: Right.OPEN_TASKS,
        Queue.REQUESTS: Right.ANSWER_REQUESTS,
    }
    mine |= {queue for queue, right in rights.items() if allows(actor, right)}
    return tuple(each for each in Queue if each in mine)


def counts(session: Session, *, today: date, actor: Actor, now: datetime) -> Mapping[Queue, int]:
    """Count what waits for the actor, in one statement."""
    queues = queues_of(actor)
    if not queues:
        return MappingProxyType({})
    columns = [_count(each, actor, today, now) for each in queues]
    row = session.execute(select(*columns)).one()
    return MappingProxyType(dict(zip(queues, row, strict=True)))


def waiting(session: Session, *, today: date, actor: Actor, now: datetime) -> tuple[Waiting, ...]:
    """List the kinds of work with something in them, each with its first assets."""
    counted = counts(session, today=today, actor=actor, now=now)
    return tuple(
        Waiting(
            queue,
            count,
            _first(session, queue, actor, today, now),
        )
        for queue, count in counted.items()
        if count
    )


def requests_of(actor: Actor, today: date) -> ColumnElement[bool]:
    """Say in SQL which requests wait for the actor: those they answer, and what is overdue and nobody's."""
    nobodys = and_(Request.owner_id.is_(None), requests.is_overdue(today))
    return and_(Request.status.in_(requests.WAITING), or_(Request.owner_id == actor.id, nobodys))


def _count(queue: Queue, actor: Actor, today: date, now: datetime) -> ScalarSelect[int]:
    if queue is Queue.REQUESTS:
        return select(func.count(Request.id)).where(requests_of(actor, today)).scalar_subquery()
    of = _of(queue, actor, today, now)
    return of.with_only_columns(func.count(), maintain_column_froms=True).scalar_subquery()


def _first(session: Session, queue: Queue, actor: Actor, today: date, now: datetime) -> Sequence[Asset]:
    if queue is Queue.REQUESTS:
        return ()
    of = _of(queue, actor, today, now).options(contains_eager(Asset.current))
    return session.scalars(of.order_by(*_order(queue)).limit(SHOWN)).all()


def _of(queue: Queue, actor: Actor, today: date, now: datetime) -> Select[Asset]:
    shown = select(Asset).join(Asset.current).where(Asset.status != Status.ARCHIVED.value)
    mine = shown.where(Asset.owner_id == actor.id)
    match queue:
        case Queue.FLAGGED:
            return mine.where(_flag(Flag.code != Feedback.DO_NOT_KNOW_HOW.value))
        case Queue.TEACH:
            ours = or_(Flag.team_id == actor.team_id, Flag.team_id.is_(None))
            return shown.where(_flag(and_(Flag.code == Feedback.DO_NOT_KNOW_HOW.value, ours)))
        case Queue.TASKS:
            mine_to_do = task_lists.meant(task_lists.Wanted(mine=True), actor)
            return shown.where(exists(select(Task.id).where(Task.asset_id == Asset.id, mine_to_do)))
        case _:
            return mine.where(library_queues.within(_IN_THE_LIBRARY[queue], today, now))


def _flag(about: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(Flag.id).where(Flag.asset_id == Asset.id, Flag.state == "open", about))


def _order(queue: Queue) -> tuple[Any, ...]:
    first: dict[Queue, ColumnElement[Any]] = {
        Queue.REVIEW: Asset.review_by.asc(),
        Queue.EXPIRING: Asset.expires_at.asc(),
    }
    return (first.get(queue, Asset.updated_at.desc()), Asset.id)
