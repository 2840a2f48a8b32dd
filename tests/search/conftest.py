"""An index in a folder of its own that holds nothing yet; the contract's tests ask every engine for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search import SearchIndex, open_index
from tests.support.plain_index import PlainIndex

ENGINES = ("whoosh", "plain")


def opened(url: str) -> SearchIndex:
    """Open an index of ours, or of the engine that is for tests alone."""
    return PlainIndex(url) if url.startswith("plain:") else open_index(url)


@pytest.fixture
def engine() -> str:
    """The engine we ship; a module of contract tests says `parametrize("engine", ENGINES)`."""
    return ENGINES[0]


@pytest.fixture
def url(engine: str, tmp_path: Path) -> str:
    """The address of an index that was never made."""
    return f"{engine}:{tmp_path / 'index'}"


@pytest.fixture
def index(url: str) -> Iterator[SearchIndex]:
    """An index without documents."""
    index = opened(url)
    index.apply([])
    yield index
    index.close()
