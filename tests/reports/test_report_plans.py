"""No report walks through all that ever happened: each asks by time, by asset or by person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.domain.people import Role
from content_map.reports import REPORTS
from content_map.services import reports
from tests.factories import make_asset, make_user

GROWING = ("usage_events", "searches", "search_hits", "answer", "following")

pytestmark = pytest.mark.once


@contextmanager
def heard(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    asked: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            asked.append((statement, values))

    event.listen(connection.engine, "before_cursor_execute", hear)
    yield asked
    event.remove(connection.engine, "before_cursor_execute", hear)


@pytest.mark.parametrize("name", REPORTS)
def test_no_report_walks_all_events_or_searches(session: Session, now: datetime, name: str) -> None:
    asset = make_asset(session).id if REPORTS[name].needs_asset else None
    admin = make_user(session, Role.ADMIN).as_actor()
    connection = session.connection()

    with heard(connection) as asked:
        reports.run(session, name, "2026-Q3", asset=asset, actor=admin, settings=Settings(), now=now)

    plans = [
        row[3]
        for statement, values in asked
        for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    ]
    assert [plan for plan in plans if plan.startswith("SCAN") and plan.split()[1] in GROWING] == []


def test_an_answer_that_names_a_use_is_found_by_the_use(session: Session, now: datetime) -> None:
    admin = make_user(session, Role.ADMIN).as_actor()
    connection = session.connection()

    with heard(connection) as asked:
        reports.run(session, "conversations", "2026-Q3", actor=admin, settings=Settings(), now=now)

    plans = [
        row[3]
        for statement, values in asked
        for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    ]
    assert any("SEARCH answer USING INDEX ix_usage_events_use_id" in plan for plan in plans)
    assert not any("SEARCH answer USING INDEX ix_usage_events_actor_id" in plan for plan in plans)
