"""Two workers whose clocks ask for the same quarter at once, in real transactions: one run, and one mail of it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select
from sqlalchemy.engine import Engine

from content_map.config import Settings
from content_map.db import Sessions
from content_map.domain.cadence import Cadence
from content_map.domain.people import Role
from content_map.errors import Conflict
from content_map.models import (
    AuditEntry,
    AuditHead,
    Job,
    Notification,
    ReportMail,
    ReportRun,
    ReportRunFile,
    User,
    UserPeriod,
)
from content_map.services import freezing, report_mailing, report_mails
from content_map.services.report_mailing import Message
from tests.factories import make_user

NOW = datetime(2026, 10, 8, 9, tzinfo=UTC)
AT_ONCE = 3
NAME = "conversations"


@pytest.fixture
def committed(engine: Engine) -> Iterator[Sessions]:
    """Transactions that really commit; what they leave is removed afterwards."""
    sessions = Sessions(engine)
    yield sessions
    with sessions.write() as session:
        for table in (
            ReportRunFile,
            ReportRun,
            ReportMail,
            Notification,
            Job,
            AuditEntry,
            AuditHead,
            UserPeriod,
        ):
            session.execute(delete(table))
        session.execute(delete(User))


@pytest.fixture
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings.from_environ({}, data_dir=tmp_path_factory.getbasetemp())


def test_a_quarter_is_frozen_and_mailed_once_however_many_ask(
    committed: Sessions, settings: Settings
) -> None:
    with committed.write() as session:
        person = make_user(session, Role.MANAGER).as_actor()
        asked = datetime(2026, 9, 1, tzinfo=UTC)
        report_mails.want(session, NAME, Cadence.QUARTERLY, actor=person, now=asked)

    def freeze(_turn: int) -> str | None:
        try:
            return freezing.freeze(committed, settings, NAME, "2026-Q3", actor=None, now=NOW)
        except Conflict:
            return None

    def mail(_turn: int) -> int:
        with committed.read() as session:
            letters = report_mailing.due(session, settings, now=NOW)
        return report_mailing.send(
            committed,
            settings,
            letters,
            lambda _told, _letter, _attached: Message("Subject", "text", "<p>text</p>", "https://x.example"),
            base_url="https://x.example",
            now=NOW,
        )

    with ThreadPoolExecutor(AT_ONCE) as pool:
        made = [run for run in pool.map(freeze, range(AT_ONCE)) if run]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        sent = list(pool.map(mail, range(AT_ONCE)))

    with committed.read() as session:
        runs = session.scalars(select(ReportRun.id)).all()
        letters = session.scalars(select(Job.id).where(Job.kind == "mail")).all()
        files = session.scalars(select(ReportRunFile.ending)).all()
    assert runs == made
    assert len(files) == 4
    assert (sum(sent), len(letters)) == (1, 1)
