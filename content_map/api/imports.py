"""Tables of assets in and out."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint, needs
from content_map.domain.permissions import Right
from content_map.files import stream_of
from content_map.schemas.asset_import import AssetsImportedView
from content_map.schemas.imports import ImportUpload
from content_map.services import asset_exports, asset_imports
from content_map.services.asset_imports import Desk

blueprint = ApiBlueprint("imports", __name__, description="Tables that describe assets")
CSV = "text/csv; charset=utf-8"


@blueprint.route("/imports", endpoint="assets")
class AssetsImport(MethodView):
    """Assets described in a table."""

    @needs(Right.IMPORT_METADATA)
    @blueprint.arguments(ImportUpload, location="multipart")
    @blueprint.response(200, AssetsImportedView)
    def post(self, given: dict[str, Any]) -> Any:
        """Add or change assets, all rows or none; a dry run lists every row's problem and stores nothing.

        A row names an address, or an object below the folder that is set up for registration; a row with a known
        `external_id` changes only what its cells say. `-` clears a field, an empty cell leaves it.
        """
        name, stream = stream_of(given["file"])
        parts = context.resources()
        desk = Desk.set_up(
            parts.settings, parts.sessions, parts.store, actor=context.actor(), now=context.now()
        )
        if given["dry_run"]:
            return asset_imports.look(desk, stream)
        return asset_imports.import_table(desk, stream, name)


@blueprint.route("/exports/assets.csv", endpoint="export")
class AssetsExport(MethodView):
    """Every asset's description."""

    @blueprint.response(200, content_type="text/csv")
    def get(self) -> Response:
        """Write the table that an import takes: edit it and send it back, and only your edits change anything."""
        parts = context.resources()
        table = asset_exports.write_table(parts.sessions, parts.settings.zone, actor=context.actor())
        response = Response(table, content_type=CSV)
        response.headers.set("Content-Disposition", "attachment", filename="assets.csv")
        return response
