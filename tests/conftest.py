"""Fixtures every folder shares: a real database in a rolled-back transaction, and the literal present."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.engine import Connection
    from sqlalchemy.orm import Session

    from content_map.db import Sessions

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """The present, a literal."""
    return NOW


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated database of this test process alone; CONTENT_MAP_TEST_DATABASE says which kind."""
    if os.environ.get("CONTENT_MAP_TEST_DATABASE", "sqlite") == "postgresql":
        from tests.support.postgres import own_database

        with own_database() as url:
            yield url
    else:
        yield f"sqlite:///{tmp_path_factory.mktemp('database') / 'test.sqlite'}"


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    from content_map import migrations
    from content_map.db import make_engine

    engine = make_engine(database_url)
    migrations.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    """A session whose work is rolled back after the test."""
    from sqlalchemy.orm import Session

    with Session(connection, join_transaction_mode="create_savepoint") as session:
        yield session


@pytest.fixture
def sessions(connection: Connection) -> Sessions:
    """The application's transactions, as savepoints that are rolled back after the test."""
    from tests.support.sessions import RolledBackSessions

    return RolledBackSessions(connection)


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Real files nobody here wrote; a test that needs them skips where they are absent."""
    folder = Path(os.environ.get("CONTENT_MAP_CORPORA", Path(__file__).parents[2] / "shared" / "corpora"))
    if not folder.is_dir():
        pytest.skip("the corpora are not here; CONTENT_MAP_CORPORA names their folder")
    return folder


# What never opens the database, or proves nothing that a database could change, runs on SQLite alone.
RUN_ONCE = ("tests/domain", "tests/search", "tests/storage", "tests/extraction")
RUN_ONCE_FILES = frozenset(
    {
        "test_architecture.py",
        "test_browser_behaviour.py",
        "test_browser_pages.py",
        "test_docs.py",
        "test_journey_gigabyte.py",
        "test_journey_s3.py",
        "test_sample_library.py",
        "test_sample_manuscripts.py",
        "test_serving.py",
        "test_set_up.py",
        "test_supervisor.py",
        "test_tokens.py",
    }
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out of the run on PostgreSQL what the run on SQLite has shown for both."""
    if os.environ.get("CONTENT_MAP_TEST_DATABASE", "sqlite") == "sqlite":
        return
    folders = tuple(str(config.rootpath / folder) + os.sep for folder in RUN_ONCE)
    once = [
        item
        for item in items
        if str(item.path).startswith(folders)
        or item.path.name in RUN_ONCE_FILES
        or item.get_closest_marker("once")
    ]
    if once:
        config.hook.pytest_deselected(items=once)
        left_out = {id(item) for item in once}
        items[:] = [item for item in items if id(item) not in left_out]
