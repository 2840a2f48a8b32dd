"""A word that the library's own texts have is no misspelling of a term."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.situations import Situation
from content_map.services import asking, indexing, vocabulary
from content_map.services.asking import Finder
from content_map.services.vocabulary import Compiled
from search import open_index
from search.contract import SearchIndex
from tests.factories import make_asset

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
ASKED = "the hospitel group"


@pytest.fixture
def index(tmp_path: Path) -> Iterator[SearchIndex]:
    index = open_index(f"whoosh:{tmp_path / 'index'}")
    yield index
    index.close()


@pytest.fixture
def finder(session: Session, sessions: Sessions, index: SearchIndex) -> Finder:
    vocabulary.install_first(session)
    return Finder(sessions, index, Compiled())


def did_you_mean(finder: Finder, session: Session) -> str | None:
    return asking.ask(finder, session, Situation(ASKED), now=NOW).reading.did_you_mean


def test_only_a_word_that_the_library_lacks_is_put_right(
    finder: Finder, session: Session, sessions: Sessions, index: SearchIndex
) -> None:
    index.rebuild(())
    before = did_you_mean(finder, session)

    asset = make_asset(session, title="Growing with Hospitel, a maker of beds")
    indexing.refresh(sessions, index, [asset.id], now=NOW)

    assert before == "the hospital group"
    assert did_you_mean(finder, session) is None


def test_without_an_index_the_vocabulary_alone_decides(finder: Finder, session: Session) -> None:
    assert did_you_mean(finder, session) == "the hospital group"
