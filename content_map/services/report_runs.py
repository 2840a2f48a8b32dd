"""Frozen reports, read: which there are, and their files byte for byte as they were written."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, selectinload, undefer

from content_map.domain.people import Actor
from content_map.domain.permissions import Right, allows, require
from content_map.domain.quarters import Quarter
from content_map.errors import NotFound
from content_map.models import ReportRun, ReportRunFile
from content_map.reports import REPORTS
from content_map.services import cursors
from content_map.services.cursors import Slice


def listed(
    session: Session,
    *,
    report: str | None = None,
    quarter_text: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
    actor: Actor,
) -> Slice[ReportRun]:
    """List the frozen reports that the actor may read, the latest frozen first. Raises NotAllowed, Invalid."""
    require(actor, Right.SEE_REPORTS)
    wanted = select(ReportRun).options(selectinload(ReportRun.files))
    hidden = [each.name for each in REPORTS.values() if not allows(actor, each.right)]
    if not allows(actor, Right.SEE_TEAM_REPORTS):
        wanted = wanted.where(ReportRun.report.in_([name for name in REPORTS if name not in hidden]))
    if report is not None:
        wanted = wanted.where(ReportRun.report == report)
    if quarter_text is not None:
        wanted = wanted.where(ReportRun.quarter == str(Quarter.parse(quarter_text)))
    if cursor is not None:
        at, last = cursors.read(cursor, parts=2)
        moment = cursors.moment(at)
        wanted = wanted.where(
            or_(ReportRun.frozen_at < moment, and_(ReportRun.frozen_at == moment, ReportRun.id < last))
        )
    limit = cursors.bounded(limit)
    in_order = wanted.order_by(ReportRun.frozen_at.desc(), ReportRun.id.desc())
    found = session.scalars(in_order.limit(limit + 1)).all()
    last_shown = found[limit - 1] if len(found) > limit else None
    following = cursors.make(last_shown.frozen_at.isoformat(), last_shown.id) if last_shown else None
    return Slice(found[:limit], following)


def get(session: Session, run_id: str, *, actor: Actor) -> ReportRun:
    """Give one frozen report. Raises NotFound, NotAllowed."""
    require(actor, Right.SEE_REPORTS)
    run = session.get(ReportRun, run_id, options=[selectinload(ReportRun.files)])
    if run is None:
        raise NotFound("There is no frozen report with this id.")
    require(actor, right_to(run))
    return run


def of(session: Session, report: str, quarter: Quarter, *, actor: Actor) -> ReportRun | None:
    """Give the frozen report of a quarter, None where it was not frozen. Raises NotAllowed."""
    run = session.scalar(
        select(ReportRun)
        .where(ReportRun.report == report, ReportRun.quarter == str(quarter))
        .options(selectinload(ReportRun.files))
    )
    return None if run is None else get(session, run.id, actor=actor)


def file(session: Session, run_id: str, ending: str, *, actor: Actor) -> ReportRunFile:
    """Give one file with its bytes, exactly as they were written when it was frozen. Raises NotFound, NotAllowed."""
    run = get(session, run_id, actor=actor)
    found = session.scalar(
        select(ReportRunFile)
        .where(ReportRunFile.run_id == run.id, ReportRunFile.ending == ending)
        .options(undefer(ReportRunFile.content))
        .execution_options(populate_existing=True)  # the run's files are here already, without their bytes
    )
    if found is None:
        there = ", ".join(each.ending for each in run.files)
        raise NotFound(f"This report was not frozen in that format. It was in: {there}.")
    return found


def right_to(run: ReportRun) -> Right:
    """Say which right its readers need; of a report that is no more, those who read every report may read it."""
    report = REPORTS.get(run.report)
    return Right.SEE_TEAM_REPORTS if report is None else report.right
