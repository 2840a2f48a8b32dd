"""Frozen reports as pages: the list, one run with its files and hash, and what any report says of its freezing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.quarters import Quarter
from content_map.models import ReportRun, User
from content_map.reports import REPORTS, Definitions, Question
from content_map.reports.formats import FORMATS
from content_map.reports.unused.frozen import NAME as UNUSED
from content_map.reports.unused.keys import name_of
from content_map.reports.unused_assets import Part
from content_map.services import freezing, report_runs, unused_content
from content_map.web import forms
from content_map.web.speech import _, lazy_gettext

RUNS_A_PAGE = 50

_SETTINGS = {
    "time_zone": lazy_gettext("Time zone"),
    "fiscal_year_start": lazy_gettext("Month in which the fiscal year starts"),
    "people": lazy_gettext("People in reports"),
    "impressions": lazy_gettext("Passed over: impressions, or more"),
    "rank": lazy_gettext("Passed over: rank, or better"),
    "reps": lazy_gettext("Passed over: reps, or more"),
}

blueprint = Blueprint("report_runs", __name__, url_prefix="/insights/runs")


@dataclass(frozen=True, slots=True)
class FileView:
    """One frozen format."""

    label: str
    url: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class RunView:
    """A frozen report; `by` None where the worker's clock froze it, `restated` None where nothing tells."""

    id: str
    heading: str
    quarter: str
    label: str
    frozen_at: datetime
    by: str | None
    code_version: str
    sha256: str
    definitions: Sequence[tuple[str, str]]
    files: Sequence[FileView]
    report_url: str | None
    restated: int | None = None


@dataclass(frozen=True, slots=True)
class FreezingView:
    """What a report's page says of its freezing: when it was, when it will be, or that it can be done now."""

    report: str
    quarter: str
    label: str
    run_id: str | None
    frozen_at: datetime | None
    freezes_on: date | None
    may_freeze: bool
    is_by_hand: bool


@blueprint.get("")
def index() -> str:
    """List what was frozen, the latest first."""
    with context.reading() as session:
        found = report_runs.listed(
            session, limit=RUNS_A_PAGE, cursor=request.args.get("cursor") or None, actor=context.actor()
        )
        runs = [_view(session, run) for run in found.items]
    return render_template(
        "insights/runs.html", runs=runs, next=found.next, goes_on=bool(request.args.get("cursor"))
    )


@blueprint.get("/<run_id>")
def page(run_id: str) -> str:
    """Show one: when, by whom, with which settings, its files, and how much is known otherwise since."""
    with context.reading() as session:
        run = report_runs.get(session, run_id, actor=context.actor())
        view = _view(session, run, restated=_restated(session, run))
    return render_template("insights/run.html", run=view)


@blueprint.post("")
def freeze() -> Response:
    """Freeze a report by hand, and show what was frozen."""
    resources = context.resources()
    name, quarter = request.form.get("report", ""), request.form.get("quarter", "")
    made: list[str] = []
    errors = forms.attempt(
        lambda: made.append(
            freezing.freeze(
                resources.sessions,
                resources.settings,
                name,
                quarter,
                actor=context.actor(),
                now=context.now(),
            )
        )
    )
    if errors:
        flash(" ".join(errors.values()), "error")
        return redirect(url_for("pages.report_runs.index"), 303)
    flash(_("Frozen. These figures and files stay as they are."), "ok")
    return redirect(url_for("pages.report_runs.page", run_id=made[0]), 303)


@blueprint.app_context_processor
def offered() -> dict[str, object]:
    """Let the page of any report say how it stands with its freezing."""
    return {"freezing_of": freezing_of}


def freezing_of(name: str, quarter_text: str) -> FreezingView | None:
    """Say it of one report and quarter; None where the report is of one asset and never frozen."""
    report = REPORTS.get(name)
    if report is None or report.needs_asset:
        return None
    quarter, now, actor = Quarter.parse(quarter_text), context.now(), context.actor()
    definitions = Definitions.from_settings(context.resources().settings)
    with context.reading() as session:
        run = report_runs.of(session, name, quarter, actor=actor)
        is_early = freezing.is_before_recording(session, Question(quarter, definitions, now))
    freezes_at = definitions.freezes_at(quarter)
    return FreezingView(
        name,
        str(quarter),
        name_of(str(quarter)),
        run.id if run else None,
        run.frozen_at if run else None,
        freezes_at.astimezone(definitions.zone).date() if report.is_frozen and now < freezes_at else None,
        run is None and not is_early and now >= definitions.bounds(quarter)[1] and freezing.may_freeze(actor),
        not report.is_frozen and now < definitions.bounds(quarter)[1],
    )


def _view(session: Session, run: ReportRun, *, restated: int | None = None) -> RunView:
    report = REPORTS.get(run.report)
    by = session.get(User, run.frozen_by) if run.frozen_by else None
    return RunView(
        run.id,
        report.heading if report else run.report,
        run.quarter,
        name_of(run.quarter),
        run.frozen_at,
        by.name if by else None,
        run.code_version,
        run.sha256,
        [(str(_SETTINGS.get(key, key)), str(value)) for key, value in run.definitions.items()],
        [
            FileView(
                FORMATS[each.ending].label if each.ending in FORMATS else each.ending,
                f"/api/v1/report-runs/{run.id}.{each.ending}",
                each.size_bytes,
                each.sha256,
            )
            for each in run.files
        ],
        url_for("pages.insights.report", name=run.report, quarter=run.quarter) if report else None,
        restated,
    )


def _restated(session: Session, run: ReportRun) -> int | None:
    """Count the assets whose row is known otherwise by now; only the report on unused content tells."""
    if run.report != UNUSED:
        return None
    report = unused_content.look(
        session,
        run.quarter,
        (Part.RESTATED,),
        actor=context.actor(),
        settings=context.resources().settings,
        now=context.now(),
    )
    return len({each.asset for each in report.restated if each.quarter == run.quarter})
