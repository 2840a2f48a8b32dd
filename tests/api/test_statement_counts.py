"""Lists and searches ask the database a fixed number of times, however much there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.services import tagging
from content_map.worker import Worker
from tests.api.calls import API
from tests.api.conftest import PersonOf
from tests.factories import make_account, make_asset

FEW, MANY = 2, 12
PATHS = (
    *(
        "/assets",
        "/accounts",
        "/facets",
        "/conversations",
        "/users",
        "/tokens",
        "/audit",
        "/suggest?prefix=a",
    ),
    "/search?situation=late+deliveries&draft=true",
    "/assets?queue=live&sort=coverage&coverage_below=3&term=industry:healthcare",
)


@contextmanager
def _counted(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _fill(sessions: Sessions, owner_of: PersonOf, count: int, worker: Worker) -> None:
    for number in range(count):
        owner = owner_of(Role.MARKETER)
        with sessions.write() as session:
            asset = make_asset(session, owner=owner, pages=("Late deliveries cost trust.", "And money."))
            tagging.set_terms(session, asset, ["industry:healthcare", "pain:late-deliveries"])
            make_account(session, f"Late {asset.id} {number}")
    worker.run_pending()


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize("path", PATHS)
def test_number_of_statements_does_not_grow(
    admin: FlaskClient, sessions: Sessions, person_of: PersonOf, worker: Worker, engine: Engine, path: str
) -> None:
    _fill(sessions, person_of, FEW, worker)
    admin.get(f"{API}{path}")
    with _counted(engine) as few:
        assert admin.get(f"{API}{path}").status_code == 200

    _fill(sessions, person_of, MANY, worker)
    admin.get(f"{API}{path}")
    with _counted(engine) as many:
        assert admin.get(f"{API}{path}").status_code == 200

    assert len(many) == len(few) <= 12, many


@pytest.mark.usefixtures("words")
def test_stored_search_writes_a_fixed_number_of_statements(
    rep: FlaskClient, sessions: Sessions, person_of: PersonOf, worker: Worker, engine: Engine
) -> None:
    _fill(sessions, person_of, FEW, worker)
    asked = {"situation": "late deliveries", "account": "Harbour & Vale"}
    rep.post(f"{API}/search", json=asked)
    with _counted(engine) as few:
        assert len(rep.post(f"{API}/search", json=asked).json["hits"]) == FEW

    _fill(sessions, person_of, MANY, worker)
    with _counted(engine) as many:
        assert len(rep.post(f"{API}/search", json=asked).json["hits"]) == FEW + MANY

    assert len(many) == len(few) <= 20, many
