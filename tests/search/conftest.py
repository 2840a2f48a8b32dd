"""Every engine in turn, each with an index in a folder of its own that holds nothing yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search import SearchIndex, open_index

ENGINES = ("whoosh",)


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an index that was never made."""
    return f"{request.param}:{tmp_path / 'index'}"


@pytest.fixture
def index(url: str) -> Iterator[SearchIndex]:
    """An index without documents."""
    index = open_index(url)
    index.apply([])
    yield index
    index.close()
