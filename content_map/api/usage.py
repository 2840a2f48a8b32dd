"""What happened: events in, and the funnel of one asset."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint, needs
from content_map.domain.exported_events import ExportForm
from content_map.domain.permissions import Right
from content_map.domain.usage import Surface
from content_map.files import stream_of
from content_map.reports.contract import Definitions
from content_map.schemas.imports import ImportUpload
from content_map.schemas.usage import (
    FUNNEL_DAYS,
    Batch,
    EventBatch,
    ExportQuery,
    FunnelQuery,
    FunnelView,
    HistoryView,
    Period,
    RecordedView,
)
from content_map.services import usage, usage_export, usage_import, usage_reading
from content_map.wiring import secret_key

blueprint = ApiBlueprint("usage", __name__, description="What was found, opened and used")


@blueprint.route("/usage", endpoint="record")
class Usage(MethodView):
    """The caller's own events."""

    @blueprint.arguments(EventBatch)
    @blueprint.response(200, RecordedView)
    def post(self, batch: Batch) -> Any:
        """Store what the caller did, each event once; what cannot be accepted is named and the rest is stored."""
        with context.transaction() as session:
            recorded = usage.record(
                session,
                batch.events,
                surface_default=Surface.API,
                people_in_reports=context.resources().settings.people_in_reports,
                actor=context.actor(),
                now=context.now(),
            )
        return batch.answer(recorded)


@blueprint.route("/imports/usage", endpoint="import")
class UsageImport(MethodView):
    """History from another tool."""

    @needs(Right.IMPORT_USAGE)
    @blueprint.arguments(ImportUpload, location="multipart")
    @blueprint.response(200, HistoryView)
    def post(self, given: dict[str, Any]) -> Any:
        """Bring in past events, all or none; a dry run lists every row's problem and stores nothing."""
        return usage_import.bring_in(
            context.resources().sessions,
            stream_of(given["file"])[1],
            dry_run=given["dry_run"],
            actor=context.actor(),
            now=context.now(),
        )


@blueprint.route("/usage/events.csv", endpoint="export_csv")
class UsageAsCsv(MethodView):
    """Every event, for a spreadsheet."""

    @needs(Right.EXPORT_USAGE)
    @blueprint.arguments(ExportQuery, location="query")
    @blueprint.response(200, content_type="text/csv")
    def get(self, period: Period) -> Response:
        """Write the events of a period, or all, one a line, oldest first; the README says what each column holds."""
        return _exported(ExportForm.CSV, period)


@blueprint.route("/usage/events.jsonl", endpoint="export_json_lines")
class UsageAsJsonLines(MethodView):
    """Every event, for a program."""

    @needs(Right.EXPORT_USAGE)
    @blueprint.arguments(ExportQuery, location="query")
    @blueprint.response(200, content_type="application/jsonl")
    def get(self, period: Period) -> Response:
        """Write the same as JSON, an object a line; what a row does not have is null."""
        return _exported(ExportForm.JSON_LINES, period)


def _exported(form: ExportForm, period: Period) -> Response:
    parts = context.resources()
    pieces = usage_export.export(
        parts.sessions,
        usage_export.Wish(form, *period),
        definitions=Definitions.from_settings(parts.settings),
        secret=secret_key(parts.settings),
        actor=context.actor(),
        now=context.now(),
    )
    response = Response(pieces, content_type=usage_export.MEDIA_TYPES[form])
    response.headers.set("Content-Disposition", "attachment", filename=f"usage-events.{form}")
    return response


@blueprint.route("/assets/<asset_id>/usage", endpoint="funnel")
class Funnel(MethodView):
    """What became of one asset."""

    @blueprint.arguments(FunnelQuery, location="query")
    @blueprint.response(200, FunnelView)
    def get(self, period: Period, asset_id: str) -> Any:
        """Count what sales users other than the owner did with it in a period."""
        end = period[1] or context.now()
        start = period[0] or end - FUNNEL_DAYS
        with context.reading() as session:
            return usage_reading.funnel(
                session, asset_id, start, end, actor=context.actor(), now=context.now()
            )
