"""The pages over the test's own transaction, a disk store and an index in a folder of the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from content_map.app import create_app
from content_map.config import Settings
from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.models import User
from content_map.services import vocabulary
from content_map.services.vocabulary import Compiled
from content_map.wiring import Resources
from content_map.worker import Worker
from search import open_index
from storage import open_store
from tests.factories import make_user
from tests.web.browsing import Browser

Visit = Callable[[Role], Browser]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environ({}, data_dir=tmp_path, upload_limit_bytes=1_000_000, secret_key="x" * 32)


@pytest.fixture
def resources(settings: Settings, sessions: Sessions) -> Iterator[Resources]:
    with sessions.write() as session:
        vocabulary.install_first(session)
    index = open_index(settings.index_url)
    index.rebuild([])
    yield Resources(settings, sessions, open_store(settings.store_url), index, Compiled())
    index.close()


@pytest.fixture
def app(settings: Settings, resources: Resources, now: datetime) -> Flask:
    return create_app(settings, resources=resources, clock=lambda: now)


@pytest.fixture
def worker(resources: Resources, now: datetime) -> Iterator[Worker]:
    worker = Worker(resources, lambda: now)
    yield worker
    worker.close()


@pytest.fixture
def person_of(sessions: Sessions) -> Callable[[Role], User]:
    """Make a person of a role."""

    def make(role: Role) -> User:
        with sessions.write() as session:
            return make_user(session, role)

    return make


@pytest.fixture
def visit(app: Flask, person_of: Callable[[Role], User]) -> Visit:
    """Open a browser in which a new person of the role has signed in."""

    def begin(role: Role) -> Browser:
        return Browser.of(app.test_client(), person_of(role))

    return begin


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    return app.test_client()
