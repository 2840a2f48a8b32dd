"""Freezing: once a quarter, by hand or by the clock, and never changed by anything that comes later."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.domain.quarters import Quarter
from content_map.domain.usage import EventKind, How
from content_map.errors import Conflict, Invalid, NotAllowed, NotFound
from content_map.extraction import Limits
from content_map.extraction.sandbox import default_sandbox
from content_map.models import Asset, AuditEntry, Notification, ReportRun
from content_map.reports.formats import FORMATS
from content_map.services import audit, freezing, report_runs
from content_map.work import Bench
from content_map.work import freezing as freezing_work
from tests.factories import make_asset, make_user
from tests.support.library import Library
from tests.support.stories import happen, told

Q3_END = datetime(2026, 10, 1, tzinfo=UTC)
WEEK_AFTER = Q3_END + timedelta(days=7)
MORNING = datetime(2026, 8, 3, 9, tzinfo=UTC)
NAME = "unused-assets"


@pytest.fixture
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings.from_environ({}, data_dir=tmp_path_factory.getbasetemp())


def _recorded(session: Session, at: datetime = MORNING) -> Asset:
    """Let the database begin in the quarter of `at`, with one use of one asset."""
    rep = make_user(session)
    asset = make_asset(session)
    audit.note(session, "user.added", "user", rep.id, actor=None, now=at)
    happen(session, [told(EventKind.USE, rep, asset, at, account="Harbour & Vale", how=How.SENT)], now=at)
    return asset


def _contents(session: Session, run_id: str, role: Role = Role.ANALYST) -> dict[str, bytes]:
    actor = make_user(session, role).as_actor()
    return {each: report_runs.file(session, run_id, each, actor=actor).content for each in FORMATS}


def test_a_frozen_report_keeps_every_format_and_the_hash_of_its_json(
    session: Session, sessions: Sessions, settings: Settings
) -> None:
    _recorded(session)
    analyst = make_user(session, Role.ANALYST).as_actor()

    run_id = freezing.freeze(sessions, settings, NAME, "2026-Q3", actor=analyst, now=Q3_END)

    run = report_runs.get(session, run_id, actor=analyst)
    files = _contents(session, run_id)
    assert set(files) == {"csv", "json", "pdf", "xlsx"}
    assert run.sha256 == sha256(files["json"]).hexdigest()
    assert {each.ending: each.sha256 for each in run.files} == {
        ending: sha256(content).hexdigest() for ending, content in files.items()
    }
    assert json.loads(files["json"])["frozen"]["code_version"] == run.code_version == freezing.code_version()
    assert (run.frozen_by, run.frozen_at) == (analyst.id, Q3_END)
    assert run.definitions["time_zone"] == "UTC"


def test_nothing_that_comes_later_changes_a_byte(
    session: Session, sessions: Sessions, settings: Settings
) -> None:
    asset = _recorded(session)
    run_id = freezing.freeze(sessions, settings, NAME, "2026-Q3", actor=None, now=WEEK_AFTER)
    before = _contents(session, run_id)

    rep = make_user(session)
    happen(
        session, [told(EventKind.USE, rep, asset, MORNING, account="Northwind", how=How.SENT)], now=WEEK_AFTER
    )
    session.execute(update(Asset).values(title="Renamed"))
    other = replace(settings, time_zone="Asia/Tokyo", fiscal_year_start=4, passed_over_impressions=3)

    assert _contents(session, run_id) == before
    with pytest.raises(Conflict):
        freezing.freeze(sessions, other, NAME, "2026-Q3", actor=None, now=WEEK_AFTER + timedelta(days=1))
    assert _contents(session, run_id) == before


def test_a_second_freezing_is_refused_and_names_the_first(
    session: Session, sessions: Sessions, settings: Settings
) -> None:
    run_id = freezing.freeze(sessions, settings, NAME, "2026-Q3", actor=None, now=WEEK_AFTER)

    with pytest.raises(Conflict) as refused:
        freezing.freeze(sessions, settings, NAME, "2026-Q3", actor=None, now=WEEK_AFTER)

    assert refused.value.facts["run"] == {"id": run_id, "frozen_at": "2026-10-08T00:00:00Z"}


def test_a_quarter_that_still_runs_is_not_frozen(
    session: Session, sessions: Sessions, settings: Settings
) -> None:
    with pytest.raises(Invalid, match="It can be frozen from 2026-10-01 on"):
        freezing.freeze(
            sessions, settings, NAME, "2026-Q3", actor=None, now=Q3_END - timedelta(microseconds=1)
        )


def test_a_quarter_before_anything_was_recorded_is_not_frozen(
    sessions: Sessions, session: Session, settings: Settings
) -> None:
    _recorded(session)
    analyst = make_user(session, Role.ANALYST).as_actor()

    with pytest.raises(Invalid, match="before anything was recorded"):
        freezing.freeze(sessions, settings, NAME, "1999-Q1", actor=analyst, now=WEEK_AFTER)

    assert session.scalars(select(ReportRun)).all() == []


@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER, Role.MARKETER])
def test_only_analysts_and_admins_freeze(
    session: Session, sessions: Sessions, settings: Settings, role: Role
) -> None:
    actor = make_user(session, role).as_actor()

    with pytest.raises(NotAllowed, match="freeze a report"):
        freezing.freeze(sessions, settings, NAME, "2026-Q3", actor=actor, now=WEEK_AFTER)


def test_a_report_that_does_not_exist_is_not_frozen(sessions: Sessions, settings: Settings) -> None:
    with pytest.raises(NotFound):
        freezing.freeze(sessions, settings, "nothing", "2026-Q3", actor=None, now=WEEK_AFTER)


def test_freezing_is_on_the_audit_trail_and_told_to_who_could_have_done_it(
    session: Session, sessions: Sessions, settings: Settings
) -> None:
    analyst, admin = (make_user(session, role) for role in (Role.ANALYST, Role.ADMIN))
    make_user(session, Role.MARKETER)

    run_id = freezing.freeze(sessions, settings, NAME, "2026-Q3", actor=analyst.as_actor(), now=WEEK_AFTER)

    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == freezing.FROZEN)).one()
    assert (entry.noun_id, entry.changes) == (run_id, {"report": NAME, "quarter": "2026-Q3"})
    told_to = session.scalars(
        select(Notification.user_id).where(Notification.message == freezing.FROZEN)
    ).all()
    assert told_to == [admin.id]


def test_the_clock_asks_for_quarters_that_ended_seven_days_ago_and_were_recorded(
    session: Session, settings: Settings
) -> None:
    _recorded(session, datetime(2026, 5, 4, 9, tzinfo=UTC))

    early = freezing.due(session, settings, now=WEEK_AFTER - timedelta(seconds=1))
    on_time = freezing.due(session, settings, now=WEEK_AFTER)

    assert {str(quarter) for _, quarter in early} == {"2026-Q2"}
    assert [quarter for name, quarter in on_time if name == NAME] == [Quarter(2026, 2), Quarter(2026, 3)]


def test_imported_history_is_not_frozen_by_the_clock(session: Session, settings: Settings) -> None:
    rep = make_user(session)
    asset = make_asset(session)
    audit.note(session, "user.added", "user", rep.id, actor=None, now=MORNING)
    old = datetime(2025, 2, 3, tzinfo=UTC)
    happen(session, [told(EventKind.USE, rep, asset, old, account="Harbour", how=How.SENT)], now=WEEK_AFTER)

    waiting = freezing.due(session, settings, now=WEEK_AFTER)

    assert {str(quarter) for _, quarter in waiting} == {"2026-Q3"}


def test_nothing_is_due_before_anything_was_recorded(session: Session, settings: Settings) -> None:
    assert freezing.due(session, settings, now=WEEK_AFTER) == []


def test_the_worker_freezes_what_is_due_once(session: Session, worker_bench: Bench) -> None:
    _recorded(session)
    (chore,) = freezing_work.CHORES
    waiting = len(freezing.due(session, worker_bench.resources.settings, now=WEEK_AFTER))

    assert chore.do(worker_bench) == waiting > 0
    assert chore.do(worker_bench) == 0
    runs = session.scalars(select(ReportRun)).all()
    assert {(run.quarter, run.frozen_by) for run in runs} == {("2026-Q3", None)}


@pytest.fixture
def worker_bench(library: Library) -> Bench:
    """A worker's bench a week after the quarter."""
    return Bench(library.resources, Limits(), default_sandbox(), lambda: WEEK_AFTER)
