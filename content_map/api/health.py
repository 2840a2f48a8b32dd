"""Whether everything answers."""

from __future__ import annotations

from flask.views import MethodView
from marshmallow import Schema, fields

from content_map import context
from content_map.api._blueprint import ApiBlueprint
from content_map.errors import Unavailable
from content_map.services import health

blueprint = ApiBlueprint("health", __name__, description="Whether everything answers")


class HealthView(Schema):
    """All is well."""

    status = fields.String()


@blueprint.route("/health", endpoint="show")
class Health(MethodView):
    """Asked by load balancers and by `scripts/serve`."""

    is_open = True

    @blueprint.response(200, HealthView)
    @blueprint.doc(security=[])
    def get(self) -> dict[str, str]:
        """Say that database, store, index and worker answer, or 503 with what does not."""
        parts = context.resources()
        failing = health.failing_parts(parts.sessions, parts.store, parts.index, now=context.now())
        if failing:
            raise Unavailable(f"Not answering: {', '.join(failing)}.", failing=failing)
        return {"status": "ok"}
