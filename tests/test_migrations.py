"""Every migration runs both ways, and together they make exactly what the models say."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, MetaData, Table, inspect, select

from content_map import migrations
from content_map.db import Base, make_engine

THEN = datetime(2026, 1, 1)  # noqa: DTZ001 - as the tables hold it, without its zone
USER = {"is_active": True, "is_test": False, "session_epoch": 0, "preferences": {}, "created_at": THEN}
ASSET = {
    "title": "A plan",
    "title_is_given": True,
    "status": "draft",
    "audience": "customer",
    "owner_id": "u",
    "guide": {},
    "revision": 1,
    "created_at": THEN,
    "updated_at": THEN,
}
VERSION = {
    "file_name": "plan.pdf",
    "size_bytes": 1,
    "media_type": "application/pdf",
    "kind": "document",
    "state": "ready",
    "links": [],
    "sketch": [],
    "created_by": "u",
    "created_at": THEN,
}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Engine]:
    if os.environ.get("CONTENT_MAP_TEST_DATABASE") == "postgresql":
        from tests.support.postgres import own_database

        with own_database() as url:
            engine = make_engine(url)
            yield engine
            engine.dispose()
    else:
        engine = make_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")
        yield engine
        engine.dispose()


def test_the_migrations_make_what_the_models_say(empty: Engine) -> None:
    migrations.upgrade(empty)

    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_down_to_nothing_and_up_again(empty: Engine) -> None:
    migrations.upgrade(empty)
    migrations.downgrade(empty, "base")
    left = set(inspect(empty).get_table_names()) - {"alembic_version"}
    migrations.upgrade(empty)

    assert left == set()
    assert migrations.is_current(empty)


def test_an_upgrade_of_an_upgraded_database_changes_nothing(empty: Engine) -> None:
    migrations.upgrade(empty)

    migrations.upgrade(empty)

    assert migrations.is_current(empty)


def test_versions_of_the_first_release_get_the_labels_that_their_changes_add_up_to(empty: Engine) -> None:
    migrations.upgrade(empty, "0001")
    steps = ("major", "minor", "minor", "major", "minor")
    users, assets, versions = (_table(empty, name) for name in ("users", "assets", "versions"))
    with empty.begin() as connection:
        connection.execute(
            users.insert().values(id="u", email="a@example.com", name="A", role="admin", **USER)
        )
        for asset, latest in (("one", 5), ("two", 1)):
            connection.execute(assets.insert().values(id=asset, version_number=latest, **ASSET))
            for number, change in enumerate(steps[:latest], start=1):
                own = {"id": f"{asset}{number}", "asset_id": asset, "number": number, "change": change}
                connection.execute(versions.insert().values(**own, store_key=f"{asset}{number}", **VERSION))

    migrations.upgrade(empty)

    versions, jobs = _table(empty, "versions"), _table(empty, "jobs")
    with empty.connect() as connection:
        labels = connection.scalars(select(versions.c.label).order_by(versions.c.id)).all()
        left = connection.execute(select(jobs.c.kind, jobs.c.subject).order_by(jobs.c.subject)).all()
    assert labels == ["1.0", "1.1", "1.2", "2.0", "2.1", "1.0"]
    assert left == [
        ("near-copies", "one"),
        ("remember-copies", "one5"),
        ("near-copies", "two"),
        ("remember-copies", "two1"),
    ]


def _table(engine: Engine, name: str) -> Table:
    return Table(name, MetaData(), autoload_with=engine)
