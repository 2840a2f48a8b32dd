"""The database that a running product of a test uses: its own SQLite file, or one on the suite's PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from content_map.db import Sessions, make_engine


@contextmanager
def own_settings() -> Iterator[dict[str, str]]:
    """Lend an empty database of the kind that CONTENT_MAP_TEST_DATABASE names, as settings of the product."""
    if os.environ.get("CONTENT_MAP_TEST_DATABASE", "sqlite") != "postgresql":
        yield {}
        return
    from tests.support.postgres import own_database

    with own_database() as url:
        yield {"database_url": url}


@contextmanager
def opened(data: Path, settings: Mapping[str, str]) -> Iterator[Sessions]:
    """Look from outside at the database of a product that runs on `data` with these settings."""
    engine = make_engine(settings.get("database_url", f"sqlite:///{data / 'content-map.sqlite'}"))
    try:
        yield Sessions(engine)
    finally:
        engine.dispose()
