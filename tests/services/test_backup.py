"""A backup restores into an empty place, byte for byte and row for row."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from content_map import migrations
from content_map.db import Base, Sessions, make_engine
from content_map.domain.assets import Status
from content_map.domain.conversations import Conversation
from content_map.domain.people import Role
from content_map.domain.usage import EventKind
from content_map.errors import Conflict, Invalid
from content_map.models import Asset, AssetQuarter, ReportRun, ReportRunFile, Version
from content_map.reports.contract import Definitions
from content_map.services import adding, backup, counter_checks, counters, users, vocabulary
from storage import open_store
from storage.contract import ObjectStore
from tests.factories import make_user
from tests.support.stories import happen, told


@pytest.fixture
def own_sessions(tmp_path: Path) -> Iterator[Sessions]:
    """A database that commits: a backup reads what other connections wrote."""
    yield from _database(tmp_path / "one.sqlite")


@pytest.fixture
def empty_sessions(tmp_path: Path) -> Iterator[Sessions]:
    yield from _database(tmp_path / "other.sqlite")


def _database(path: Path) -> Iterator[Sessions]:
    if os.environ.get("CONTENT_MAP_TEST_DATABASE") == "postgresql":
        from tests.support.postgres import own_database

        with own_database() as url:
            yield from _migrated(url)
    else:
        yield from _migrated(f"sqlite:///{path}")


def _migrated(url: str) -> Iterator[Sessions]:
    sessions = Sessions(make_engine(url))
    migrations.upgrade(sessions.engine)
    yield sessions
    sessions.engine.dispose()


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return open_store(f"disk:{tmp_path / 'one'}")


@pytest.fixture
def empty_store(tmp_path: Path) -> ObjectStore:
    return open_store(f"disk:{tmp_path / 'other'}")


def fill(sessions: Sessions, store: ObjectStore, now: datetime) -> None:
    with sessions.write() as session:
        vocabulary.install_first(session)
        marketer = users.add(session, "mia@example.com", role=Role.MARKETER, actor=None, now=now).as_actor()
    for number in range(3):
        adding.add(
            sessions,
            store,
            f"plan {number}.txt",
            io.BytesIO(f"The plan number {number} für Ärzte".encode()),
            {
                "conversation": Conversation.TANGIBLE_VALUE,
                "status": Status.PUBLISHED,
                "terms": ["industry:healthcare"],
                "guide": {"say_first": "“Quoted” & <kept>"},
                "review_by": now.date(),
            },
            limit_bytes=1000,
            actor=marketer,
            now=now,
        )
    with sessions.write() as session:
        # Rows that point to a row of their own table, forwards and backwards in the order of ids.
        first, second, third = session.scalars(select(Asset).order_by(Asset.id))
        first.successor_id, third.successor_id = second.id, second.id


def rows_of(sessions: Sessions) -> dict[str, list[tuple[object, ...]]]:
    with sessions.read() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def test_a_restored_backup_equals_what_was_backed_up(
    own_sessions: Sessions,
    store: ObjectStore,
    empty_sessions: Sessions,
    empty_store: ObjectStore,
    tmp_path: Path,
    now: datetime,
) -> None:
    fill(own_sessions, store, now)
    before = rows_of(own_sessions)

    written = backup.back_up(own_sessions, store, tmp_path / "backup", revision="0001", now=now)
    restored = backup.restore(empty_sessions, empty_store, tmp_path / "backup", revision="0001")

    assert rows_of(empty_sessions) == before
    assert (written.objects, restored.rows, restored.objects) == (3, written.rows, 3)
    with empty_sessions.read() as session:
        for version in session.scalars(select(Version).join(Asset)):
            assert version.store_key is not None
            with store.open(version.store_key) as one, empty_store.open(version.store_key) as other:
                assert one.read() == other.read()


def test_a_restored_backup_counts_its_quarters_anew_and_keeps_frozen_files(
    own_sessions: Sessions,
    store: ObjectStore,
    empty_sessions: Sessions,
    empty_store: ObjectStore,
    tmp_path: Path,
    now: datetime,
) -> None:
    quarter = Definitions().quarter_of(now)
    fill(own_sessions, store, now)
    with own_sessions.write() as session:
        asset, rep = session.scalars(select(Asset)).all()[0], make_user(session)
        happen(session, [told(EventKind.USE, rep, asset, now, account="Northwind")], now=now)
        run = ReportRun(
            report="unused-assets",
            quarter="2026-Q3",
            frozen_at=now,
            code_version="1",
            definitions={},
            sha256="0",
        )
        session.add(run)
        session.flush()
        session.add(ReportRunFile(run_id=run.id, ending="csv", sha256="0", size_bytes=2, content=b"\xff\x00"))
    for _ in counters.keep_up(own_sessions, Definitions()):
        pass

    backup.back_up(own_sessions, store, tmp_path / "backup", revision="0001", now=now)
    backup.restore(empty_sessions, empty_store, tmp_path / "backup", revision="0001")

    assert counters.not_built(empty_sessions, Definitions()) == [quarter]
    for _ in counters.keep_up(empty_sessions, Definitions()):
        pass
    with empty_sessions.read() as session:
        assert counter_checks.built(session, Definitions()) == [quarter]
        assert [row.uses for row in session.scalars(select(AssetQuarter))] == [1]
        assert session.scalars(select(ReportRunFile.content)).all() == [b"\xff\x00"]


def test_a_damaged_object_stops_the_restore_and_the_database_stays_empty(
    own_sessions: Sessions,
    store: ObjectStore,
    empty_sessions: Sessions,
    empty_store: ObjectStore,
    tmp_path: Path,
    now: datetime,
) -> None:
    fill(own_sessions, store, now)
    backup.back_up(own_sessions, store, tmp_path / "backup", revision="0001", now=now)
    damaged = next(path for path in (tmp_path / "backup" / "objects").rglob("*") if path.is_file())
    damaged.write_bytes(b"other bytes")

    with pytest.raises(Invalid, match="damaged"):
        backup.restore(empty_sessions, empty_store, tmp_path / "backup", revision="0001")

    with empty_sessions.read() as session:
        assert session.scalars(select(Asset)).all() == []


def test_a_database_that_is_in_use_is_not_restored_over(
    own_sessions: Sessions, store: ObjectStore, empty_store: ObjectStore, tmp_path: Path, now: datetime
) -> None:
    fill(own_sessions, store, now)
    backup.back_up(own_sessions, store, tmp_path / "backup", revision="0001", now=now)

    with pytest.raises(Conflict, match="not empty"):
        backup.restore(own_sessions, empty_store, tmp_path / "backup", revision="0001")


def test_a_backup_of_another_release_says_which_release_to_use(
    own_sessions: Sessions,
    store: ObjectStore,
    empty_sessions: Sessions,
    empty_store: ObjectStore,
    tmp_path: Path,
    now: datetime,
) -> None:
    backup.back_up(own_sessions, store, tmp_path / "backup", revision="0001", now=now)

    with pytest.raises(Invalid, match="revision 0001"):
        backup.restore(empty_sessions, empty_store, tmp_path / "backup", revision="0002")


def test_a_folder_without_a_backup_is_refused(
    empty_sessions: Sessions, empty_store: ObjectStore, tmp_path: Path
) -> None:
    with pytest.raises(Invalid, match="holds no backup"):
        backup.restore(empty_sessions, empty_store, tmp_path, revision="0001")


def test_a_backup_is_never_written_over_another(
    own_sessions: Sessions, store: ObjectStore, tmp_path: Path, now: datetime
) -> None:
    backup.back_up(own_sessions, store, tmp_path / "backup", revision="0001", now=now)

    with pytest.raises(Conflict, match="not empty"):
        backup.back_up(own_sessions, store, tmp_path / "backup", revision="0001", now=now)
