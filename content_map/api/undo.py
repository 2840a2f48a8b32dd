"""Taking an act over many assets back."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint
from content_map.schemas.bulk import NoFields, UndoneView
from content_map.services import undoing

blueprint = ApiBlueprint("undo", __name__, description="Taking an act back")


@blueprint.route("/undo/<token>", endpoint="one")
class Undo(MethodView):
    """An act that can be taken back."""

    @blueprint.arguments(NoFields)
    @blueprint.response(200, UndoneView)
    def post(self, _given: dict[str, Any], token: str) -> Any:
        """Put every field back that nobody changed since; for ten minutes, once, by whoever did it."""
        with context.transaction() as session:
            return undoing.undo(session, token, actor=context.actor(), now=context.now())
