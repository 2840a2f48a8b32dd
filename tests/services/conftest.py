"""What the tests of finding share: a library over the test's own transaction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from content_map.db import Sessions
    from tests.support.library import Library


@pytest.fixture
def library(sessions: Sessions, tmp_path: Path, now: datetime) -> Iterator[Library]:
    """An empty library with the shipped vocabulary, a marketer, a rep and an index."""
    from content_map.config import Settings
    from content_map.domain.people import Role
    from content_map.services import vocabulary
    from content_map.services.vocabulary import Compiled
    from content_map.wiring import Resources
    from search import open_index
    from storage import open_store
    from tests.factories import make_user
    from tests.support.library import Library

    settings = Settings.from_environ({"CONTENT_MAP_DATA_DIR": str(tmp_path)})
    index = open_index(settings.index_url)
    index.rebuild([])
    with sessions.write() as session:
        vocabulary.install_first(session)
        marketer = make_user(session, Role.MARKETER).as_actor()
        rep = make_user(session, Role.REP).as_actor()
    resources = Resources(settings, sessions, open_store(settings.store_url), index, Compiled())
    library = Library(resources, marketer, rep, now)
    yield library
    library.worker.close()
    index.close()
