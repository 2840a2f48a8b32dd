"""The document of this API: for programs, and as a page to read."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template
from flask.views import MethodView

from content_map.api._blueprint import ApiBlueprint
from content_map.api._document import document
from content_map.api._manual import chapters, things

blueprint = ApiBlueprint("docs", __name__, description="This document")


@blueprint.route("/openapi.json", endpoint="document")
class Document(MethodView):
    """OpenAPI 3.1."""

    is_open = True

    @blueprint.response(200)
    @blueprint.doc(security=[])
    def get(self) -> dict[str, Any]:
        """Describe every call."""
        return document()


@blueprint.route("/docs", endpoint="page")
class Manual(MethodView):
    """The same for people."""

    is_open = True

    @blueprint.response(200, content_type="text/html")
    @blueprint.doc(security=[])
    def get(self) -> Response:
        """Show every call on a page."""
        found = document()
        page = render_template(
            "docs/page.html", about=found["info"], chapters=chapters(found), things=things(found)
        )
        return Response(page)
