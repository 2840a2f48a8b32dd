"""The application over the test's own transaction, a disk store and an index in a folder of the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from content_map import context
from content_map.app import create_app
from content_map.config import Settings
from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.domain.vocabulary import FACET_NAMES
from content_map.domain.vocabulary_rows import TermRow
from content_map.models import Facet, User
from content_map.services import signing_in, vocabulary
from content_map.services.vocabulary import Compiled
from content_map.wiring import Resources, open_resources
from content_map.worker import Worker
from search import open_index
from storage import open_store
from tests.factories import make_user

PersonOf = Callable[..., User]
ClientOf = Callable[[User], FlaskClient]

WORDS = (
    TermRow("industry", "healthcare", "Healthcare", ("hospitals", "clinics")),
    TermRow("industry", "logistics", "Logistics", ("freight",)),
    TermRow("pain", "late-deliveries", "Late deliveries", ("late orders",)),
)


class TokenClient(FlaskClient):
    """A client that carries an API token."""

    token = ""

    def open(self, *args: Any, **given: Any) -> TestResponse:
        headers = dict(given.pop("headers", None) or {})
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        return super().open(*args, headers=headers, **given)


@pytest.fixture(scope="session")
def _app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application for all tests: making it costs more than most of them."""
    settings = Settings.from_environ(
        {}, data_dir=tmp_path_factory.mktemp("app"), upload_limit_bytes=100_000, secret_key="x" * 32
    )
    app = create_app(settings, resources=open_resources(settings))
    app.test_client_class = TokenClient
    return app


@pytest.fixture
def resources(_app: Flask, sessions: Sessions, tmp_path: Path) -> Iterator[Resources]:
    first: Resources = _app.extensions[context.EXTENSION]
    index = open_index(f"whoosh:{tmp_path / 'index'}")
    index.rebuild(())
    settings = replace(first.settings, data_dir=tmp_path)
    yield Resources(settings, sessions, open_store(f"disk:{tmp_path / 'store'}"), index, Compiled())
    index.close()


@pytest.fixture
def app(_app: Flask, resources: Resources, now: datetime) -> Flask:
    """The application over this test's database, store and index, at the literal present."""
    _app.extensions[context.EXTENSION] = resources
    _app.extensions["clock"] = lambda: now
    return _app


@pytest.fixture
def worker(resources: Resources, now: datetime) -> Iterator[Worker]:
    worker = Worker(resources, lambda: now)
    yield worker
    worker.close()


@pytest.fixture
def words(sessions: Sessions) -> None:
    """The nine facets with three terms."""
    with sessions.write() as session:
        for position, (facet, name) in enumerate(FACET_NAMES.items()):
            session.add(Facet(key=facet.value, name=name, position=position))
        session.flush()
        vocabulary.add_rows(session, WORDS)


@pytest.fixture
def person_of(sessions: Sessions) -> PersonOf:
    """Make a person of a role."""

    def make(role: Role, **given: object) -> User:
        with sessions.write() as session:
            return make_user(session, role, **given)

    return make


@pytest.fixture
def client_of(app: Flask, sessions: Sessions, now: datetime) -> ClientOf:
    """Make a client that calls as somebody."""

    def make(person: User) -> FlaskClient:
        with sessions.write() as session:
            _, token = signing_in.make_token(session, person.id, "test", actor=None, now=now)
        client = cast(TokenClient, app.test_client())
        client.token = token
        return client

    return make


@pytest.fixture
def rep(client_of: ClientOf, person_of: PersonOf) -> FlaskClient:
    return client_of(person_of(Role.REP, name="Rita Rep", email="rita@example.com"))


@pytest.fixture
def marketer(client_of: ClientOf, person_of: PersonOf) -> FlaskClient:
    return client_of(person_of(Role.MARKETER, name="Mia Marketer", email="mia@example.com"))


@pytest.fixture
def analyst(client_of: ClientOf, person_of: PersonOf) -> FlaskClient:
    return client_of(person_of(Role.ANALYST))


@pytest.fixture
def admin(client_of: ClientOf, person_of: PersonOf) -> FlaskClient:
    return client_of(person_of(Role.ADMIN, name="Ada Admin", email="ada@example.com"))


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    return app.test_client()
