"""The application over the test's own transaction, a disk store and an index in a folder of the test."""

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
from content_map.services import signing_in, vocabulary
from content_map.services.vocabulary import Compiled
from content_map.wiring import Resources
from content_map.worker import Worker
from search import open_index
from storage import open_store
from tests.factories import make_user

Caller = Callable[..., FlaskClient]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environ({}, data_dir=tmp_path, upload_limit_bytes=1_000_000, secret_key="x" * 32)


@pytest.fixture
def resources(settings: Settings, sessions: Sessions) -> Iterator[Resources]:
    with sessions.write() as session:
        vocabulary.install_first(session)
    index = open_index(settings.index_url)
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


class TokenClient(FlaskClient):
    """A client that carries an API token."""

    token: str = ""

    def open(self, *args, **given):  # type: ignore[no-untyped-def]  # werkzeug's own signature
        headers = dict(given.pop("headers", None) or {})
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        return super().open(*args, headers=headers, **given)


@pytest.fixture
def client_of(app: Flask, sessions: Sessions, now: datetime) -> Callable[[User], FlaskClient]:
    """Make a client that calls as somebody."""
    app.test_client_class = TokenClient

    def make(person: User) -> FlaskClient:
        with sessions.write() as session:
            _, token = signing_in.make_token(session, person.id, "test", actor=None, now=now)
        client = app.test_client()
        client.token = token
        return client

    return make


@pytest.fixture
def person_of(sessions: Sessions) -> Callable[[Role], User]:
    """Make a person of a role."""

    def make(role: Role, **given: object) -> User:
        with sessions.write() as session:
            return make_user(session, role, **given)

    return make


@pytest.fixture
def marketer(client_of: Caller, person_of: Callable[[Role], User]) -> FlaskClient:
    return client_of(person_of(Role.MARKETER))


@pytest.fixture
def rep(client_of: Caller, person_of: Callable[[Role], User]) -> FlaskClient:
    return client_of(person_of(Role.REP))


@pytest.fixture
def admin(client_of: Caller, person_of: Callable[[Role], User]) -> FlaskClient:
    return client_of(person_of(Role.ADMIN))


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    return app.test_client()
