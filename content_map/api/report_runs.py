"""Frozen reports: made once, and their files byte for byte ever after."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint, needs
from content_map.domain.permissions import Right
from content_map.models import ReportRun, ReportRunFile
from content_map.reports.formats import FORMATS, Format
from content_map.schemas.report_run import ReportRunMake, ReportRunQuery, ReportRunView
from content_map.schemas.strict import list_of
from content_map.services import freezing, report_runs

blueprint = ApiBlueprint(
    "report-runs", __name__, description="Reports that were frozen, for ever as they were"
)


@blueprint.route("/reports/<name>/runs", endpoint="make")
class ReportRunsOfReport(MethodView):
    """Freezing one report."""

    @needs(Right.FREEZE_REPORTS)
    @blueprint.arguments(ReportRunMake)
    @blueprint.response(201, ReportRunView)
    def post(self, given: dict[str, Any], name: str) -> Any:
        """Freeze a quarter that has ended; a second time is a conflict that names the first."""
        made = freezing.freeze(
            context.resources().sessions,
            context.resources().settings,
            name,
            given["quarter"],
            actor=context.actor(),
            now=context.now(),
        )
        with context.reading() as session:
            run = report_runs.get(session, made, actor=context.actor())
        return run, {"Location": url_for("report-runs.one", run_id=made), **_tag(run)}


@blueprint.route("/report-runs", endpoint="all")
class ReportRuns(MethodView):
    """The frozen reports there are."""

    @blueprint.arguments(ReportRunQuery, location="query")
    @blueprint.response(200, list_of(ReportRunView))
    def get(self, query: dict[str, Any]) -> Any:
        """List those that the caller may read, the latest frozen first."""
        with context.reading() as session:
            return report_runs.listed(session, **query, actor=context.actor())


@blueprint.route("/report-runs/<run_id>", endpoint="one")
class OneReportRun(MethodView):
    """One frozen report."""

    @blueprint.response(200, ReportRunView)
    def get(self, run_id: str) -> Any:
        """Show when and with which settings it was frozen, and its files."""
        with context.reading() as session:
            run = report_runs.get(session, run_id, actor=context.actor())
        return run, _tag(run)


def _offer(form: Format) -> None:
    @blueprint.route(f"/report-runs/<run_id>.{form.ending}", endpoint=form.ending)
    class Frozen(MethodView):
        """One frozen report as a file."""

        @blueprint.response(200, content_type=form.media_type.partition(";")[0])
        def get(self, run_id: str) -> Response:
            with context.reading() as session:
                run = report_runs.get(session, run_id, actor=context.actor())
                file = report_runs.file(session, run_id, form.ending, actor=context.actor())
            return sent(run, file, form)

        get.__doc__ = f"Give the {form.label} file as it was frozen; its ETag is the SHA-256 of its bytes."


for _form in FORMATS.values():
    _offer(_form)


def sent(run: ReportRun, file: ReportRunFile, form: Format) -> Response:
    """Send a frozen file to keep, or 304 to who has these bytes."""
    response = Response(file.content, content_type=form.media_type)
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"{run.report}-{run.quarter}.{form.ending}"
    )
    response.set_etag(file.sha256)
    return response.make_conditional(request)  # type: ignore[return-value]  # the same class comes back


def _tag(run: ReportRun) -> dict[str, str]:
    return {"ETag": f'"{run.sha256}"'}
