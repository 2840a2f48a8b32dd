"""Every migration runs both ways, and together they make exactly what the models say."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect

from content_map import migrations
from content_map.db import Base, make_engine


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
