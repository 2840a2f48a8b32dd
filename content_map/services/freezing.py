"""Freezing: a report of a quarter is written once, in every format, and never changes again.

Nothing here or elsewhere updates a run: what is learned later is restated by the reports that come after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.db import Sessions, new_id
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, allows, require
from content_map.domain.quarters import Quarter
from content_map.errors import Conflict, Invalid, NotFound
from content_map.models import AuditEntry, ReportRun, ReportRunFile, UsageEvent, User
from content_map.reports import REPORTS, Definitions, Question, Report
from content_map.reports.formats import FORMATS, Freezing, Print
from content_map.services import audit, demonstration, notifications
from content_map.statements import insert_unless_there

JSON = "json"
FROZEN = "report.frozen"


def freeze(
    sessions: Sessions,
    settings: Settings,
    name: str,
    quarter_text: str,
    *,
    actor: Actor | None,
    now: datetime,
) -> str:
    """Freeze a report of a quarter that has ended and return the run's id; `actor` None is the worker's clock.

    No transaction is open while the files are written. Raises NotFound, NotAllowed, Invalid (a quarter that still
    runs or was over before anything was recorded, a report about one asset), Conflict (frozen already, `run`),
    Unavailable.
    """
    report = _to_freeze(name, actor)
    quarter = Quarter.parse(quarter_text)
    question = Question(quarter, Definitions.from_settings(settings), now, viewer=None)
    if question.is_to_date:
        zone = question.definitions.zone
        ends = question.bounds[1].astimezone(zone).date()
        raise Invalid.field("/quarter", f"{quarter} still runs. It can be frozen from {ends.isoformat()} on.")
    with sessions.read() as session:
        _refuse_second(session, report, quarter)
        _refuse_before_recording(session, question)
        printed = Print(
            report,
            question,
            report.build(session, question),
            is_demo=demonstration.is_demonstration(session),
            freezing=Freezing(now, code_version()),
            base_url=settings.base_url,
        )
    files = _files(printed)
    with sessions.write() as session:
        run_id = _keep(session, printed, files, actor=actor)
        if run_id is None:  # somebody else was quicker
            _refuse_second(session, report, quarter)
            raise RuntimeError("a run that is there cannot be found")
        _announce(session, printed, run_id, actor=actor)
    return run_id


def is_before_recording(session: Session, question: Question) -> bool:
    """Say whether the quarter was over before the first thing was recorded, or happened according to an import."""
    begun = session.scalar(select(func.min(UsageEvent.occurred_at)))
    return begun is not None and begun >= question.bounds[1]


def due(session: Session, settings: Settings, *, now: datetime) -> list[tuple[str, Quarter]]:
    """List what the clock asks for, the oldest first: each report that is frozen, for each quarter that ended seven
    days ago or earlier and in which this database was there and something had begun to be recorded.

    Imported history is older than the database: its quarters wait for somebody to freeze them.
    """
    begun = session.scalar(select(func.min(UsageEvent.occurred_at)))
    made = session.scalar(select(AuditEntry.at).order_by(AuditEntry.number).limit(1))
    if begun is None or made is None:
        return []
    definitions = Definitions.from_settings(settings)
    first = definitions.quarter_of(max(begun, made))
    quarters = []
    quarter = definitions.quarter_of(now).previous()
    while quarter >= first:
        if definitions.freezes_at(quarter) <= now:
            quarters.append(quarter)
        quarter = quarter.previous()
    there = {
        (run.report, run.quarter) for run in session.execute(select(ReportRun.report, ReportRun.quarter))
    }
    return [
        (report.name, quarter)
        for quarter in reversed(quarters)
        for report in REPORTS.values()
        if report.is_frozen and (report.name, str(quarter)) not in there
    ]


def code_version() -> str:
    """Name the code that writes the numbers."""
    return version("content-map")


def _to_freeze(name: str, actor: Actor | None) -> Report:
    if actor is not None:
        require(actor, Right.FREEZE_REPORTS)
    report = REPORTS.get(name)
    if report is None:
        raise NotFound(f"There is no report of this name. There are: {', '.join(REPORTS)}.")
    if actor is not None:
        require(actor, report.right)
    if report.needs_asset:
        raise Invalid.field("/name", "This report is about one asset at a time; it is not frozen.")
    return report


def _refuse_before_recording(session: Session, question: Question) -> None:
    if is_before_recording(session, question):
        raise Invalid.field(
            "/quarter",
            f"{question.quarter} was over before anything was recorded: there is nothing to freeze. "
            "Usage of that time can be imported first.",
        )


def _refuse_second(session: Session, report: Report, quarter: Quarter) -> None:
    run = session.execute(
        select(ReportRun.id, ReportRun.frozen_at).where(
            ReportRun.report == report.name, ReportRun.quarter == str(quarter)
        )
    ).one_or_none()
    if run is not None:
        raise Conflict(
            f"{report.heading} of {quarter} was frozen on {run.frozen_at:%Y-%m-%d} and stays as it is. "
            "What was learned since is restated in the reports after it.",
            run={"id": run.id, "frozen_at": run.frozen_at.isoformat().replace("+00:00", "Z")},
        )


def _files(printed: Print) -> Mapping[str, bytes]:
    """Write every format; the JSON first, because the others print its SHA-256."""
    content = FORMATS[JSON].write(printed)
    freezing = replace(printed.freezing, sha256=sha256(content).hexdigest()) if printed.freezing else None
    marked = replace(printed, freezing=freezing)
    others = {ending: each.write(marked) for ending, each in FORMATS.items() if ending != JSON}
    return {JSON: content, **others}


def _keep(session: Session, printed: Print, files: Mapping[str, bytes], *, actor: Actor | None) -> str | None:
    """Store the run and its files; None where one of this report and quarter is there already."""
    run_id = new_id()
    definitions = printed.question.definitions
    values: dict[str, Any] = {
        "id": run_id,
        "report": printed.report.name,
        "quarter": str(printed.question.quarter),
        "frozen_at": printed.question.now,
        "frozen_by": actor.id if actor else None,
        "code_version": code_version(),
        "definitions": {
            "time_zone": definitions.time_zone,
            "fiscal_year_start": definitions.fiscal_year_start,
            "people": definitions.people.value,
            **asdict(definitions.thresholds),
        },
        "sha256": sha256(files[JSON]).hexdigest(),
    }
    insert = insert_unless_there(session, ReportRun).values(values)
    kept = session.scalar(
        insert.on_conflict_do_nothing(index_elements=["report", "quarter"]).returning(ReportRun.id)
    )
    if kept is None:
        return None
    session.add_all(
        ReportRunFile(
            run_id=run_id,
            ending=ending,
            sha256=sha256(content).hexdigest(),
            size_bytes=len(content),
            content=content,
        )
        for ending, content in sorted(files.items())
    )
    session.flush()
    return run_id


def _announce(session: Session, printed: Print, run_id: str, *, actor: Actor | None) -> None:
    """Note the act, and tell the others who could have done it."""
    quarter, now = str(printed.question.quarter), printed.question.now
    changes = {"report": printed.report.name, "quarter": quarter}
    audit.note(session, FROZEN, "report_run", run_id, actor=actor, now=now, changes=changes)
    people = session.scalars(select(User).where(User.is_active).order_by(User.id))
    for person in people:
        if person.id != (actor.id if actor else None) and may_freeze(person.as_actor()):
            values = {"report": printed.report.heading, "quarter": quarter}
            notifications.tell(session, person.id, FROZEN, values, path=f"/insights/runs/{run_id}", now=now)


def may_freeze(actor: Actor) -> bool:
    """Say whether somebody may freeze reports by hand."""
    return allows(actor, Right.FREEZE_REPORTS)
