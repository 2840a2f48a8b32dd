"""The log of many files at once: every run, and what became of each file, object or row of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, insert, or_, select
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.intakes import IntakeKind, Item, RunState, Verdict
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.errors import NotFound
from content_map.models import Intake, IntakeItem, User
from content_map.services import cursors, jobs
from content_map.services.cursors import Slice

ITEMS_AT_ONCE = 50
SECONDS_AT_MOST = 2.0
NAME_CHARACTERS = 1024
SHORT_ID_CHARACTERS = 8


class Run:
    """A run that is being written; what it notes is in the database a moment later, however it ends."""

    def __init__(self, sessions: Sessions, intake_id: str) -> None:
        self.id = intake_id
        self.counts: Counter[Verdict] = Counter()
        self._sessions = sessions
        self._waiting: list[Item] = []
        self._number = 0
        self._written = time.monotonic()

    def note(self, item: Item) -> None:
        """Keep what became of one; written with others, so that thousands cost few transactions."""
        self.counts[item.verdict] += 1
        self._waiting.append(item)
        if len(self._waiting) >= ITEMS_AT_ONCE or time.monotonic() - self._written > SECONDS_AT_MOST:
            self.write()

    def write(self) -> None:
        """Write what waits."""
        with self._sessions.write() as session:
            self.write_in(session)

    def write_in(self, session: Session) -> None:
        """Write what waits in a transaction of the caller's."""
        self._written = time.monotonic()
        if not self._waiting:
            return
        rows = _rows(self.id, self._number + 1, self._waiting)
        session.execute(insert(IntakeItem), rows)
        self._number += len(rows)
        self._waiting.clear()


@contextmanager
def running(
    sessions: Sessions,
    kind: IntakeKind,
    source: str,
    options: Mapping[str, Any],
    *,
    actor: Actor,
    clock: Callable[[], datetime],
) -> Iterator[Run]:
    """Open a run; left by an error it is stopped, otherwise done. While it is open a lease says that it lives.

    Raises NotAllowed.
    """
    require(actor, Right.UPLOAD)
    intake = Intake(
        kind=kind.value,
        source=_storable(source)[:NAME_CHARACTERS],
        options=dict(options),
        created_by=actor.id,
        created_at=clock(),
    )
    with sessions.write() as session:
        session.add(intake)
        session.flush()
        run = Run(sessions, intake.id)
    state = RunState.STOPPED
    with jobs.holding(sessions, _lease(run.id), clock=clock):
        try:
            yield run
            state = RunState.DONE
        finally:
            with sessions.write() as session:
                run.write_in(session)
                found = session.get_one(Intake, run.id)
                found.state, found.finished_at = state.value, clock()


def record(
    session: Session, kind: IntakeKind, source: str, items: Sequence[Item], *, actor: Actor, now: datetime
) -> str:
    """Log a run that is over, in the transaction of its own act; returns its id. Raises NotAllowed."""
    require(actor, Right.UPLOAD)
    intake = Intake(
        kind=kind.value,
        source=_storable(source)[:NAME_CHARACTERS],
        options={},
        state=RunState.DONE.value,
        created_by=actor.id,
        created_at=now,
        finished_at=now,
    )
    session.add(intake)
    session.flush()
    for start in range(0, len(items), ITEMS_AT_ONCE):
        session.execute(insert(IntakeItem), _rows(intake.id, start + 1, items[start : start + ITEMS_AT_ONCE]))
    return intake.id


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as people see it: one whose process died shows as stopped."""

    id: str
    kind: IntakeKind
    source: str
    options: Mapping[str, Any]
    state: RunState
    by: str
    created_at: datetime
    finished_at: datetime | None
    counts: Mapping[Verdict, int]

    @property
    def total(self) -> int:
        """How many files, objects or rows it has looked at."""
        return sum(self.counts.values())


def listed(
    session: Session, *, limit: int = 20, cursor: str | None = None, actor: Actor, now: datetime
) -> Slice[RunView]:
    """List the runs, newest first, a part at a time. Raises NotAllowed, Invalid (an unreadable cursor)."""
    require(actor, Right.UPLOAD)
    wanted = select(Intake, User.name).join(User, User.id == Intake.created_by)
    if cursor is not None:
        written, last_id = cursors.read(cursor, parts=2)
        moment = cursors.moment(written)
        wanted = wanted.where(
            or_(Intake.created_at < moment, and_(Intake.created_at == moment, Intake.id < last_id))
        )
    limit = cursors.bounded(limit)
    rows = session.execute(wanted.order_by(Intake.created_at.desc(), Intake.id.desc()).limit(limit + 1)).all()
    shown = rows[:limit]
    counts = _counts(session, [intake.id for intake, _ in shown])
    runs = [_view(session, intake, name, counts.get(intake.id, {}), now) for intake, name in shown]
    last = shown[-1][0] if len(rows) > limit else None
    return Slice(runs, cursors.make(last.created_at.isoformat(), last.id) if last else None)


def get(session: Session, run_id: str, *, actor: Actor, now: datetime) -> RunView:
    """Load a run by its id or the first eight or more characters of it. Raises NotAllowed, NotFound."""
    require(actor, Right.UPLOAD)
    wanted = select(Intake, User.name).join(User, User.id == Intake.created_by)
    exact = Intake.id.startswith(run_id, autoescape=True)
    found = session.execute(wanted.where(exact).limit(2)).all() if len(run_id) >= SHORT_ID_CHARACTERS else []
    if len(found) != 1:
        raise NotFound(f"There is no run {run_id!r}. `content-map asset log` lists them.")
    intake, name = found[0]
    return _view(session, intake, name, _counts(session, [intake.id]).get(intake.id, {}), now)


def items(
    session: Session,
    run: RunView,
    *,
    verdict: Verdict | None = None,
    after: int = 0,
    limit: int | None = None,
) -> Sequence[IntakeItem]:
    """List what became of each, in the order it was met; `after` is the last number that was seen."""
    wanted = select(IntakeItem).where(IntakeItem.intake_id == run.id, IntakeItem.number > after)
    if verdict is not None:
        wanted = wanted.where(IntakeItem.verdict == verdict.value)
    return session.scalars(wanted.order_by(IntakeItem.number).limit(limit)).all()


def _view(
    session: Session, intake: Intake, name: str, counts: Mapping[Verdict, int], now: datetime
) -> RunView:
    state = RunState(intake.state)
    if state is RunState.RUNNING and not jobs.is_held(session, _lease(intake.id), now=now):
        state = RunState.STOPPED
    return RunView(
        id=intake.id,
        kind=IntakeKind(intake.kind),
        source=intake.source,
        options=intake.options,
        state=state,
        by=name,
        created_at=intake.created_at,
        finished_at=intake.finished_at,
        counts=counts,
    )


def _counts(session: Session, ids: Sequence[str]) -> dict[str, dict[Verdict, int]]:
    rows = session.execute(
        select(IntakeItem.intake_id, IntakeItem.verdict, func.count())
        .where(IntakeItem.intake_id.in_(ids))
        .group_by(IntakeItem.intake_id, IntakeItem.verdict)
    )
    found: dict[str, dict[Verdict, int]] = {}
    for intake_id, verdict, count in rows:
        found.setdefault(intake_id, {})[Verdict(verdict)] = count
    return found


def _rows(intake_id: str, first: int, items: Sequence[Item]) -> list[dict[str, Any]]:
    return [
        {
            "intake_id": intake_id,
            "number": number,
            "name": _storable(item.name)[:NAME_CHARACTERS],
            "verdict": item.verdict.value,
            "reason": None if item.reason is None else _storable(item.reason),
            "asset_id": item.asset_id,
        }
        for number, item in enumerate(items, start=first)
    ]


def _lease(intake_id: str) -> str:
    return f"intake:{intake_id}"


def _storable(text: str) -> str:
    """Write a name of a file system as text: what is no character in it is shown by its number."""
    return text.replace("\x00", "").encode("utf-8", "backslashreplace").decode()
