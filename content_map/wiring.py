"""What the application is wired to: database, store and index, opened from the settings, once a process."""

from __future__ import annotations

import os
from dataclasses import dataclass

from content_map.config import Settings
from content_map.db import Sessions, make_engine
from content_map.services.vocabulary import Compiled
from search import open_index
from search.contract import SearchIndex
from storage import open_store
from storage.contract import ObjectStore


@dataclass(frozen=True, slots=True)
class Resources:
    """The parts a request or a job may use."""

    settings: Settings
    sessions: Sessions
    store: ObjectStore
    index: SearchIndex
    vocabulary: Compiled


def open_resources(settings: Settings) -> Resources:
    """Open every part; the data directory is made private on the way."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chmod(settings.data_dir, 0o700)
    return Resources(
        settings=settings,
        sessions=Sessions(make_engine(settings.database_url)),
        store=open_store(settings.store_url),
        index=open_index(settings.index_url),
        vocabulary=Compiled(),
    )
