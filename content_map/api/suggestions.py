"""What the machine would tag."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint
from content_map.api._tags import etag
from content_map.schemas.asset import SuggestionDecision
from content_map.schemas.asset_view import AssetView, SuggestionView
from content_map.schemas.strict import list_of
from content_map.services import suggestions

blueprint = ApiBlueprint(
    "suggestions",
    __name__,
    url_prefix="/assets/<asset_id>/suggestions",
    description="What the machine would tag",
)


@blueprint.route("", endpoint="all")
class Suggestions(MethodView):
    """What is still to be decided for an asset."""

    @blueprint.response(200, list_of(SuggestionView))
    def get(self, asset_id: str) -> Any:
        """List the open suggestions, the surest first."""
        with context.reading() as session:
            found = suggestions.listed(session, asset_id, actor=context.actor(), now=context.now())
            return {"items": found, "next": None}


@blueprint.route("/<suggestion_id>", endpoint="one")
class OneSuggestion(MethodView):
    """One suggestion."""

    @blueprint.arguments(SuggestionDecision)
    @blueprint.response(200, AssetView)
    def post(self, given: dict[str, bool], asset_id: str, suggestion_id: str) -> Any:
        """Take or dismiss it; the answer is the asset as it is then."""
        actor, now = context.actor(), context.now()
        with context.transaction() as session:
            asset = suggestions.decide(
                session, asset_id, suggestion_id, given["accept"], actor=actor, now=now
            )
        return asset, etag(asset)
