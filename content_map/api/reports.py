"""Reports: the list, and each as JSON or CSV from the same rows."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint
from content_map.schemas.report import ReportQuery, ReportView
from content_map.schemas.strict import list_of
from content_map.services import reports
from content_map.services.reports import ReportResult

blueprint = ApiBlueprint("reports", __name__, url_prefix="/reports", description="What goes unused, and why")
CSV = "text/csv; charset=utf-8"
JSON = "application/json"


@blueprint.route("", endpoint="all")
class Reports(MethodView):
    """The reports there are."""

    @blueprint.response(200, list_of(ReportView))
    def get(self) -> Any:
        """List the reports that the caller may read."""
        return {"items": reports.names(context.actor()), "next": None}


@blueprint.route("/<name>", endpoint="one")
class OneReport(MethodView):
    """One report."""

    @blueprint.arguments(ReportQuery, location="query")
    @blueprint.response(200)
    def get(self, query: dict[str, Any], name: str) -> Any:
        """Run a report for a quarter."""
        return reports.as_json(_run(name, **query))


@blueprint.route("/<name>.csv", endpoint="csv")
class CsvReport(MethodView):
    """One report as a table."""

    @blueprint.arguments(ReportQuery, location="query")
    @blueprint.response(200, content_type="text/csv")
    def get(self, query: dict[str, Any], name: str) -> Response:
        """Run a report and write its rows as CSV."""
        result = _run(name, **query)
        return _attached(result, reports.as_csv(result), "csv", CSV)


@blueprint.route("/<name>.json", endpoint="json")
class JsonReport(MethodView):
    """One report as a file."""

    @blueprint.arguments(ReportQuery, location="query")
    @blueprint.response(200)
    def get(self, query: dict[str, Any], name: str) -> Response:
        """Run a report and write it as a JSON file."""
        result = _run(name, **query)
        return _attached(result, reports.FORMATS["json"](result), "json", JSON)


def _run(name: str, quarter: str | None) -> ReportResult:
    with context.reading() as session:
        return reports.run(
            session,
            name,
            quarter,
            actor=context.actor(),
            settings=context.resources().settings,
            now=context.now(),
        )


def _attached(result: ReportResult, content: bytes, ending: str, media_type: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"{result.report.name}-{result.quarter}.{ending}"
    )
    return response
