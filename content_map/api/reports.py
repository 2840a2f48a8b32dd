"""Reports: the list, and each in every format from the same rows."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint
from content_map.reports.formats import FORMATS, Format, Print
from content_map.schemas.report import ReportQuery, ReportView
from content_map.schemas.strict import list_of
from content_map.services import reports

blueprint = ApiBlueprint("reports", __name__, url_prefix="/reports", description="What goes unused, and why")


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
        return reports.as_json(_run(name, query))


def _offer(form: Format) -> None:
    @blueprint.route(f"/<name>.{form.ending}", endpoint=form.ending)
    class Written(MethodView):
        """One report as a file."""

        @blueprint.arguments(ReportQuery, location="query")
        @blueprint.response(200, content_type=form.media_type.partition(";")[0])
        def get(self, query: dict[str, Any], name: str) -> Response:
            return attached(_run(name, query), form)

        get.__doc__ = f"Run a report for a quarter and write it as {form.label}."


for _form in FORMATS.values():
    _offer(_form)


def _run(name: str, query: dict[str, Any]) -> Print:
    with context.reading() as session:
        return reports.run(
            session,
            name,
            **query,
            actor=context.actor(),
            settings=context.resources().settings,
            now=context.now(),
        )


def attached(printed: Print, form: Format) -> Response:
    """Send a report as a file to keep."""
    response = Response(reports.written(printed, form.ending), content_type=form.media_type)
    name = f"{printed.report.name}-{printed.question.quarter}.{form.ending}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
