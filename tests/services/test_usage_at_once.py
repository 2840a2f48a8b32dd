"""Many at once, in real transactions side by side: still one account a name, one counted event a half-hour."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, select
from sqlalchemy.engine import Engine

from content_map.db import Sessions, make_engine
from content_map.domain.events import ReportedEvent
from content_map.domain.people import Actor
from content_map.domain.usage import EventKind, Surface
from content_map.models import (
    Account,
    Asset,
    AssetPeriod,
    CountMark,
    UsageEvent,
    User,
    UserPeriod,
    Version,
)
from content_map.models.job import Job
from content_map.services import accounts, usage
from tests.factories import make_asset, make_user

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
AT_ONCE = 4


@pytest.fixture
def committed(engine: Engine) -> Iterator[Sessions]:
    """Transactions that really commit; whatever they leave in these tables is removed afterwards."""
    sessions = Sessions(engine)
    yield sessions
    with sessions.write() as session:
        for table in (CountMark, UsageEvent, Account, AssetPeriod, Version, Asset, UserPeriod, Job):
            session.execute(delete(table))
        session.execute(delete(User))


def all_at_once(*works: Callable[[], object]) -> list[object]:
    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result() for done in [pool.submit(work) for work in works]]


def a_rep(sessions: Sessions) -> Actor:
    with sessions.write() as session:
        return make_user(session).as_actor()


def an_asset(sessions: Sessions) -> str:
    with sessions.write() as session:
        return make_asset(session).id


def test_a_new_name_becomes_one_account(committed: Sessions) -> None:
    rep = a_rep(committed)
    names = [f"Customer {number}" for number in range(20)]

    def use(order: list[str]) -> frozenset[str]:
        with committed.write() as session:
            found = accounts.named_all(session, order, actor=rep, now=NOW)
            return frozenset(account.id for account in found.values())

    found = all_at_once(*(lambda order=order: use(order) for order in (names, names[::-1]) * 2))

    assert len(set(found)) == 1


def test_the_same_batch_from_two_windows_counts_once(committed: Sessions) -> None:
    """A double click, a retry and a phone: the same events arrive together, in either order."""
    rep, asset = a_rep(committed), an_asset(committed)
    events = [
        ReportedEvent(
            id=str(UUID(int=number)),
            kind=EventKind.OPEN,
            asset=asset,
            occurred_at=NOW - timedelta(minutes=number),
        )
        for number in range(60)
    ]

    def send(order: list[ReportedEvent]) -> int:
        accepted = 0
        for start in range(0, len(order), 7):
            with committed.write() as session:
                accepted += usage.record(
                    session,
                    order[start : start + 7],
                    surface_default=Surface.DIRECT,
                    people_in_reports="none",
                    actor=rep,
                    now=NOW,
                ).accepted
        return accepted

    accepted = all_at_once(*(lambda order=order: send(order) for order in (events, events[::-1]) * 2))

    with committed.read() as session:
        counted = session.scalars(select(UsageEvent.id).where(UsageEvent.excluded_reason.is_(None))).all()
    assert sum(int(str(each)) for each in accepted) == 60
    # 09:00 alone; then the earliest of 08:30-08:59 (minute 30) and of 08:00-08:29 (minute 59 is 08:01).
    assert {UUID(id_).int for id_ in counted} == {0, 30, 59}


def test_processes_that_send_the_same_ids_store_each_once(committed: Sessions, database_url: str) -> None:
    """Each has an engine of its own, as processes have: nothing but the database stands between them."""
    rep, asset = a_rep(committed), an_asset(committed)
    events = [
        ReportedEvent(
            id=str(UUID(int=number)),
            kind=EventKind.USE,
            asset=asset,
            account=f"Customer {number % 3}",
            occurred_at=NOW - timedelta(minutes=number),
        )
        for number in range(40)
    ]

    def send(order: list[ReportedEvent]) -> int:
        accepted = 0
        engine = make_engine(database_url)
        for start in range(0, len(order), 3):
            with Sessions(engine).write() as session:
                accepted += usage.record(
                    session,
                    order[start : start + 3],
                    surface_default=Surface.DIRECT,
                    people_in_reports="none",
                    actor=rep,
                    now=NOW,
                ).accepted
        engine.dispose()
        return accepted

    accepted = all_at_once(*(lambda order=order: send(order) for order in (events, events[::-1]) * 2))

    with committed.read() as session:
        stored = session.scalars(select(UsageEvent.id).order_by(UsageEvent.id)).all()
        names = session.scalars(select(Account.name).order_by(Account.name)).all()
    assert stored == [event.id for event in events]
    assert sum(int(str(each)) for each in accepted) == 40
    assert names == ["Customer 0", "Customer 1", "Customer 2"]


def test_an_id_that_two_people_send_is_stored_once(committed: Sessions) -> None:
    asset = an_asset(committed)
    people = [a_rep(committed) for _ in range(AT_ONCE)]
    events = [
        ReportedEvent(id=str(UUID(int=number)), kind=EventKind.IMPRESSION, asset=asset)
        for number in range(30)
    ]

    def send(rep: Actor, order: list[ReportedEvent]) -> int:
        with committed.write() as session:
            return usage.record(
                session,
                order,
                surface_default=Surface.DIRECT,
                people_in_reports="none",
                actor=rep,
                now=NOW,
            ).accepted

    orders = (events, events[::-1]) * 2
    accepted = all_at_once(
        *(lambda rep=rep, order=order: send(rep, order) for rep, order in zip(people, orders, strict=True))
    )

    with committed.read() as session:
        rows = session.execute(select(UsageEvent.actor_id, UsageEvent.excluded_reason)).all()
    counted = [row.actor_id for row in rows if row.excluded_reason is None]
    assert (len(rows), sum(int(str(each)) for each in accepted)) == (30, 30)
    # Each person with any row has exactly one that counts.
    assert sorted(counted) == sorted({row.actor_id for row in rows})
