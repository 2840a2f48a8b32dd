"""Events a second by four writers, one by one and in batches, beside bare INSERTs of the very same rows.

Measured where the API does its work: `services.usage.record` in one committed transaction per batch, reading of
JSON left out. Bare is the driver alone on the same table with the same indexes, constraints, rows, batches,
writers and commits: `executemany`, prepared, no checks at all. PostgreSQL runs as it is delivered, durable.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import delete, text

from content_map import migrations
from content_map.db import Sessions, make_engine
from content_map.domain.conversations import Conversation
from content_map.domain.events import ReportedEvent
from content_map.domain.people import Actor, Role
from content_map.domain.usage import EventKind, OutcomeAnswer, Surface
from content_map.models import CountMark, UsageEvent
from content_map.services import usage
from tests.factories import make_account, make_asset, make_search, make_user
from tests.support import postgres

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
WRITERS = 4
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "256MB"}


@dataclass(frozen=True)
class Place:
    """What one writer may name."""

    actor: Actor
    assets: Sequence[str]
    search: str
    accounts: Sequence[str]


@dataclass(frozen=True)
class Timing:
    """Events a second over all writers, and milliseconds from begin to commit of one batch."""

    rate: float
    p50: float
    p99: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--singles", type=int, default=1_000, help="events of each writer, one a commit")
    parser.add_argument("--batched", type=int, default=10_000, help="events of each writer, in batches")
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3, help="the median round is printed")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    asked = parser.parse_args()
    print(f"{WRITERS} writers on {os.cpu_count()} processors; ms are those of one commit")
    for name, at in (("sqlite", sqlite), ("postgresql", postgresql)):
        if asked.only in (None, name):
            with at() as url:
                places = prepared(url)
                for size, each in ((1, asked.singles), (asked.batch, asked.batched)):
                    report(name, url, places, each, size, asked.rounds)
    return 0


def report(name: str, url: str, places: Sequence[Place], events: int, size: int, rounds: int) -> None:
    """Measure ours and bare in turns, so that a slow minute of the machine hits both."""
    ours, bare = [], []
    for number in range(rounds):
        ours.append(
            by_all(_record, [(url, place, n, number, events, size) for n, place in enumerate(places)])
        )
        rows = stored(url, places)
        emptied(url)
        bare.append(by_all(_insert, [(url, rows[place.actor.id], size) for place in places]))
        emptied(url)
    what = "one by one" if size == 1 else f"batches of {size}"
    line(f"{name}, {what}, recorded", middle(ours), None)
    line(f"{name}, {what}, bare INSERT", middle(bare), middle(ours))


def line(name: str, timing: Timing, beside: Timing | None) -> None:
    """Print one row; `beside` is ours, where this is the bare one."""
    ratio = f"   ours is {beside.rate / timing.rate:.2f} of it" if beside else ""
    print(
        f"{name:<42}{timing.rate:>10,.0f}/s   p50 {timing.p50:7.2f}   p99 {timing.p99:7.2f}{ratio}",
        flush=True,
    )


def middle(timings: Sequence[Timing]) -> Timing:
    """Pick the round of the median rate."""
    return sorted(timings, key=lambda each: each.rate)[len(timings) // 2]


def by_all(work: Any, given: Sequence[tuple[Any, ...]]) -> Timing:
    """Let each writer, a process, do its part; all begin together."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(len(given))
    queue = context.Queue()
    processes = [context.Process(target=work, args=(start, queue, *each)) for each in given]
    for process in processes:
        process.start()
    answers = [queue.get() for _ in processes]
    for process in processes:
        process.join()
    times = sorted(each for _, _, _, found in answers for each in found)
    seconds = max(end for _, _, end, _ in answers) - min(begin for _, begin, _, _ in answers)
    cuts = statistics.quantiles(times, n=100)
    return Timing(sum(count for count, *_ in answers) / seconds, cuts[49], cuts[98])


def _record(
    start: Any, queue: Any, url: str, place: Place, writer: int, turn: int, events: int, size: int
) -> None:
    sessions = Sessions(make_engine(url))
    batches = list(parts(list(made(place, writer, turn, events)), size))
    warm = list(made(place, writer, 900 + turn, 20))
    for event in warm:
        _recorded(sessions, place, [event])
    start.wait()
    begun, found, accepted = time.monotonic(), [], 0
    for batch in batches:
        begin = time.perf_counter()
        accepted += _recorded(sessions, place, batch)
        found.append((time.perf_counter() - begin) * 1000)
    queue.put((accepted, begun, time.monotonic(), found))


def _recorded(sessions: Sessions, place: Place, batch: Sequence[ReportedEvent]) -> int:
    with sessions.write() as session:
        done = usage.record(
            session,
            batch,
            surface_default=Surface.API,
            people_in_reports="none",
            actor=place.actor,
            now=NOW,
        )
    assert not done.rejected, done.rejected[0]
    return done.accepted


def _insert(start: Any, queue: Any, url: str, rows: Sequence[Any], size: int) -> None:
    engine = make_engine(url)
    connection = engine.raw_connection().driver_connection
    assert connection is not None
    mark = "?" if engine.dialect.name == "sqlite" else "%s"
    columns = list(UsageEvent.__table__.columns.keys())
    statement = f"INSERT INTO usage_events ({', '.join(columns)}) VALUES ({', '.join([mark] * len(columns))})"  # noqa: S608
    batches = list(parts(rows, size))
    cursor = connection.cursor()
    start.wait()
    begun, found = time.monotonic(), []
    for batch in batches:
        begin = time.perf_counter()
        if engine.dialect.name == "sqlite":
            cursor.execute("BEGIN IMMEDIATE")
        cursor.executemany(statement, batch)
        connection.commit()
        found.append((time.perf_counter() - begin) * 1000)
    queue.put((len(rows), begun, time.monotonic(), found))


def made(place: Place, writer: int, turn: int, count: int) -> Iterator[ReportedEvent]:
    """A fortnight of one rep: mostly cards seen in a search, then pages opened, now and then a use or its outcome."""
    random = Random(1000 * turn + writer)  # noqa: S311 - a made-up history, not a secret
    use = None
    for number in range(count):
        kind = random.choices(
            [EventKind.IMPRESSION, EventKind.OPEN, EventKind.DOWNLOAD, EventKind.USE, EventKind.OUTCOME],
            [62, 25, 5, 6, 2],
        )[0]
        if kind is EventKind.OUTCOME and use is None:
            kind = EventKind.USE
        id_ = str(UUID(int=random.getrandbits(128), version=4))
        said: dict[str, Any] = {"asset": random.choice(place.assets)}
        if kind is EventKind.IMPRESSION:
            said |= {"search": place.search, "rank": 1 + number % 20}
        elif kind is EventKind.USE:
            said |= {"account": random.choice(place.accounts), "conversation": Conversation.RELEVANT_MEETING}
            use = id_
        elif kind is EventKind.OUTCOME:
            said = {"account": random.choice(place.accounts), "conversation": Conversation.RELEVANT_MEETING}
            said["outcome"] = OutcomeAnswer.REACHED
        yield ReportedEvent(
            id_, kind, occurred_at=NOW - timedelta(seconds=random.randrange(1_200_000)), **said
        )


def prepared(url: str) -> Sequence[Place]:
    """A migrated database with reps who each searched among 200 assets."""
    engine = make_engine(url)
    migrations.upgrade(engine)
    with Sessions(engine).write() as session:
        owner = make_user(session, Role.MARKETER)
        assets = [make_asset(session, owner=owner) for _ in range(200)]
        accounts = [make_account(session, f"Customer {number}").id for number in range(40)]
        places = []
        for _ in range(WRITERS):
            rep = make_user(session)
            search = make_search(session, rep, *assets)
            places.append(Place(rep.as_actor(), [asset.id for asset in assets], search.id, accounts))
    engine.dispose()
    return places


def stored(url: str, places: Sequence[Place]) -> dict[str, list[Any]]:
    """Read the rows as the driver gives them, by writer, in the order in which they came."""
    engine = make_engine(url)
    with engine.connect() as connection:
        columns = ", ".join(UsageEvent.__table__.columns.keys())
        mark = "?" if engine.dialect.name == "sqlite" else "%s"
        found = {
            place.actor.id: [
                tuple(row)
                for row in connection.exec_driver_sql(
                    f"SELECT {columns} FROM usage_events WHERE actor_id = {mark}",  # noqa: S608
                    (place.actor.id,),
                )
            ]
            for place in places
        }
    engine.dispose()
    return found


def emptied(url: str) -> None:
    """Remove the events; the next measurement begins where this one began."""
    engine = make_engine(url)
    with Sessions(engine).write() as session:
        session.execute(delete(CountMark))
        session.execute(delete(UsageEvent))
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE usage_events"))
            connection.execute(text("CHECKPOINT"))
    engine.dispose()


def parts(things: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Cut into batches."""
    for start in range(0, len(things), size):
        yield things[start : start + size]


@contextmanager
def sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'bench.sqlite'}"


@contextmanager
def postgresql() -> Iterator[str]:
    postgres.FAST.update(DURABLE)
    with postgres.own_database() as url:
        yield url


if __name__ == "__main__":
    sys.exit(main())
