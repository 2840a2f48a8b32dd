"""More like this."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint
from content_map.schemas.similar import SimilarQuery, SimilarView
from content_map.schemas.strict import list_of
from content_map.services import more_like

blueprint = ApiBlueprint("similar", __name__, description="More like this")


@blueprint.route("/assets/<asset_id>/similar", endpoint="similar")
class SimilarAssets(MethodView):
    """What else there is of the kind."""

    @blueprint.arguments(SimilarQuery, location="query")
    @blueprint.response(200, list_of(SimilarView))
    def get(self, query: dict[str, int], asset_id: str) -> Any:
        """List live assets like this one, the likest first; its own copies are left out."""
        found = more_like.similar(
            context.resources().finder, asset_id, **query, actor=context.actor(), now=context.now()
        )
        return {"items": found, "next": None}
