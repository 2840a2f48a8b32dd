"""The vocabulary as a file, out and in."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint, needs
from content_map.domain.permissions import Right
from content_map.files import stream_of
from content_map.schemas.imports import ImportUpload
from content_map.schemas.vocabulary import VocabularyImportedView
from content_map.services import vocabulary_files

blueprint = ApiBlueprint("vocabulary_files", __name__, description="The vocabulary as a file")
CSV = "text/csv; charset=utf-8"


@blueprint.route("/exports/vocabulary.csv", endpoint="export")
class VocabularyExport(MethodView):
    """For a spreadsheet."""

    @blueprint.response(200, content_type="text/csv")
    def get(self) -> Response:
        """Write every term that is not retired as `facet,key,name,aliases`; the import reads it back."""
        with context.reading() as session:
            content = vocabulary_files.write_file(session, actor=context.actor())
        response = Response(content, content_type=CSV)
        response.headers.set("Content-Disposition", "attachment", filename="vocabulary.csv")
        return response


@blueprint.route("/imports/vocabulary", endpoint="import")
class VocabularyImport(MethodView):
    """From a spreadsheet."""

    @needs(Right.MANAGE_TERMS)
    @blueprint.arguments(ImportUpload, location="multipart")
    @blueprint.response(200, VocabularyImportedView)
    def post(self, given: dict[str, Any]) -> Any:
        """Add and change terms, all rows or none; a dry run lists every row's problem and stores nothing."""
        rows = vocabulary_files.read_file(stream_of(given["file"])[1])
        if given["dry_run"]:
            with context.reading() as session:
                return vocabulary_files.look(session, rows, actor=context.actor())
        with context.transaction() as session:
            return vocabulary_files.import_rows(session, rows, actor=context.actor(), now=context.now())
