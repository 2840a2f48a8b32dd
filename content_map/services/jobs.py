"""Jobs: claim by lease, keep alive, finish fenced, retry with back-off, bury after five attempts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import UpdateBase, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from content_map.db import ID_CHARACTERS, Sessions, new_id
from content_map.errors import Conflict
from content_map.models import Heartbeat, Job, Lease

LEASE = timedelta(seconds=60)
ATTEMPTS = 5
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=10)
WORKER_SILENCE = timedelta(seconds=30)
ERROR_CHARACTERS = 500
HOLD_SECONDS = 60
HOLD_PATIENCE_SECONDS = 120
WORKER_CHARACTERS = 12  # of a worker's name, with which each of its fences begins


class LeaseLost(Exception):
    """Somebody else holds the job now; what was done for it must not be saved."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job somebody is working on; `version` as seen when it was claimed."""

    id: str
    kind: str
    subject: str
    payload: Mapping[str, Any]
    version: int
    attempts: int
    fence: str


def new_worker_name() -> str:
    """Make a name for one worker's one life."""
    return new_id()[:WORKER_CHARACTERS]


def claim(
    session: Session, kinds: Collection[str], *, limit: int, worker: str = "", now: datetime
) -> list[Claim]:
    """Take up to `limit` due jobs for one lease; the attempt counts from here, so a crash counts too."""
    _bury_crashed(session, now)
    due = or_(
        and_(Job.state == "waiting", Job.run_at <= now),
        and_(Job.state == "running", Job.leased_until < now),
    )
    wanted = (
        select(Job.id)
        .where(due, Job.kind.in_(kinds))
        .order_by(Job.priority, Job.run_at, Job.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    # In two steps: as a subquery of the update, PostgreSQL may run it again for each row and pass the limit.
    ids = session.scalars(wanted).all()
    if not ids:
        return []
    fence = f"{worker}{new_id()}"[:ID_CHARACTERS]
    taken = session.execute(
        update(Job)
        .where(Job.id.in_(ids))
        .values(state="running", fence=fence, leased_until=now + LEASE, attempts=Job.attempts + 1)
        .returning(Job.id, Job.kind, Job.subject, Job.payload, Job.version, Job.attempts)
        .execution_options(synchronize_session=False)
    ).all()
    return [
        Claim(row.id, row.kind, row.subject, row.payload, row.version, row.attempts, fence) for row in taken
    ]


def is_due(session: Session, *kinds: str, now: datetime) -> bool:
    """Say whether a job of one of these kinds waits for a worker; cheap, so that an idle worker takes no lock."""
    waiting = and_(Job.state == "waiting", Job.run_at <= now)
    abandoned = and_(Job.state == "running", Job.leased_until < now)
    found = select(Job.id).where(Job.kind.in_(kinds), or_(waiting, abandoned)).limit(1)
    return session.scalar(found) is not None


def keep_alive(session: Session, claims: Sequence[Claim], *, now: datetime) -> None:
    """Lengthen the leases; one that was lost stays lost."""
    session.execute(
        update(Job)
        .where(Job.id.in_([each.id for each in claims]), Job.fence.in_({each.fence for each in claims}))
        .values(leased_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )


def finish(session: Session, done: Claim) -> None:
    """Remove the job in the transaction of its result; one renewed meanwhile waits again. Raises LeaseLost."""
    gone = _affected(
        session,
        delete(Job)
        .where(Job.id == done.id, Job.fence == done.fence, Job.version == done.version)
        .execution_options(synchronize_session=False),
    )
    if gone:
        return
    renewed = _affected(
        session,
        update(Job)
        .where(Job.id == done.id, Job.fence == done.fence)
        .values(state="waiting", fence=None, leased_until=None, attempts=0)
        .execution_options(synchronize_session=False),
    )
    if renewed == 0:
        raise LeaseLost(done.id)


def fail(session: Session, failed: Claim, error: str, *, now: datetime) -> None:
    """Let the job wait, twice as long each time, or bury it after the last attempt."""
    if failed.attempts >= ATTEMPTS:
        session.execute(
            update(Job)
            .where(Job.id == failed.id, Job.fence == failed.fence)
            .values(state="dead", fence=None, leased_until=None, last_error=error[:ERROR_CHARACTERS])
            .execution_options(synchronize_session=False)
        )
        return
    wait = min(FIRST_WAIT * 2 ** (failed.attempts - 1), LONGEST_WAIT)
    session.execute(
        update(Job)
        .where(Job.id == failed.id, Job.fence == failed.fence)
        .values(
            state="waiting",
            fence=None,
            leased_until=None,
            run_at=now + wait,
            last_error=error[:ERROR_CHARACTERS],
        )
        .execution_options(synchronize_session=False)
    )


def give_back(session: Session, claims: Sequence[Claim], *, now: datetime) -> None:
    """Return jobs that were not begun, for example when the worker is asked to stop."""
    for each in claims:
        session.execute(
            update(Job)
            .where(Job.id == each.id, Job.fence == each.fence)
            .values(state="waiting", fence=None, leased_until=None, run_at=now, attempts=Job.attempts - 1)
            .execution_options(synchronize_session=False)
        )


def release(session: Session, worker: str, *, now: datetime) -> int:
    """End every lease of a worker that has ended, so that nobody waits for them; returns how many jobs it held."""
    session.execute(delete(Heartbeat).where(Heartbeat.worker == worker))
    session.execute(delete(Lease).where(Lease.holder == worker))
    return _affected(
        session,
        update(Job)
        .where(Job.state == "running", Job.fence.startswith(worker, autoescape=True))
        # Behind what has never been tried, so that a job which ends its worker keeps no other waiting.
        .values(leased_until=now - timedelta(microseconds=1), run_at=now),
    )


def _bury_crashed(session: Session, now: datetime) -> None:
    session.execute(
        update(Job)
        .where(Job.state == "running", Job.leased_until < now, Job.attempts >= ATTEMPTS)
        .values(
            state="dead",
            fence=None,
            leased_until=None,
            last_error="The worker stopped while working on it, five times.",
        )
        .execution_options(synchronize_session=False)
    )


def hold(session: Session, name: str, holder: str, *, seconds: int, now: datetime) -> bool:
    """Take or lengthen a named lease; False while somebody else holds it."""
    lease = session.get(Lease, name, with_for_update=True)
    until = now + timedelta(seconds=seconds)
    if lease is None:
        session.add(Lease(name=name, holder=holder, until=until))
        session.flush()
        return True
    if lease.holder != holder and lease.until > now:
        return False
    lease.holder, lease.until = holder, until
    return True


def is_held(session: Session, name: str, *, now: datetime) -> bool:
    """Say whether somebody holds a named lease; cheap, and may be out of date at once."""
    return session.scalar(select(Lease.name).where(Lease.name == name, Lease.until > now)) is not None


def hold_until(session: Session, name: str, until: datetime) -> None:
    """Let a named lease end at another time, whoever holds it."""
    session.execute(update(Lease).where(Lease.name == name).values(until=until))


def let_go(session: Session, name: str, holder: str) -> None:
    """Give a named lease up if it is still held."""
    session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))


@contextmanager
def holding(sessions: Sessions, name: str, *, clock: Callable[[], datetime]) -> Iterator[None]:
    """Hold a named lease for a command, waiting up to two minutes for its turn. Raises Conflict.

    A thread keeps the lease alive while the command works.
    """
    holder = new_id()
    deadline = time.monotonic() + HOLD_PATIENCE_SECONDS
    while True:
        with sessions.write() as session:
            if hold(session, name, holder, seconds=HOLD_SECONDS, now=clock()):
                break
        if time.monotonic() > deadline:
            raise Conflict(f"Another process has been at the {name} for two minutes. Try again later.")
        time.sleep(0.5)
    done = threading.Event()

    def renew() -> None:
        while not done.wait(HOLD_SECONDS / 3):
            with sessions.write() as session:
                hold(session, name, holder, seconds=HOLD_SECONDS, now=clock())

    renewal = threading.Thread(target=renew, name=f"{name}-lease", daemon=True)
    renewal.start()
    try:
        yield
    finally:
        done.set()
        renewal.join()
        with sessions.write() as session:
            let_go(session, name, holder)


def beat(session: Session, worker: str, *, now: datetime) -> None:
    """Say that this worker lives, and forget those silent for a day."""
    session.execute(delete(Heartbeat).where(Heartbeat.at < now - timedelta(days=1)))
    session.merge(Heartbeat(worker=worker, at=now))


def is_worker_alive(session: Session, *, now: datetime) -> bool:
    """Say whether any worker spoke within half a minute."""
    last = session.scalar(select(func.max(Heartbeat.at)))
    return last is not None and last >= now - WORKER_SILENCE


def counts(session: Session) -> dict[tuple[str, str], int]:
    """Count jobs by kind and state."""
    rows = session.execute(select(Job.kind, Job.state, func.count()).group_by(Job.kind, Job.state))
    return {(kind, state): count for kind, state, count in rows}


def dead(session: Session) -> Sequence[Job]:
    """List the dead letters, oldest first."""
    return session.scalars(
        select(Job).where(Job.state == "dead").order_by(Job.priority, Job.run_at, Job.id)
    ).all()


def revive(session: Session, *, now: datetime) -> int:
    """Let every dead job try again; returns how many."""
    return _affected(
        session,
        update(Job)
        .where(Job.state == "dead")
        .values(state="waiting", attempts=0, run_at=now)
        .execution_options(synchronize_session=False),
    )


def _affected(session: Session, statement: UpdateBase) -> int:
    result = session.connection().execute(statement.execution_options(synchronize_session=False))
    return result.rowcount
