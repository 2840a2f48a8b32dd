"""Who holds an old version of an asset, and telling them."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint, needs
from content_map.domain.permissions import Right
from content_map.schemas.holder import HoldersView, Nothing, ToldView
from content_map.services import holders

blueprint = ApiBlueprint(
    "holders", __name__, url_prefix="/assets/<asset_id>/holders", description="Who holds an old version"
)


@blueprint.route("", endpoint="all")
class Holders(MethodView):
    """Accounts, and people as far as they may be named."""

    @blueprint.response(200, HoldersView)
    def get(self, asset_id: str) -> Any:
        """List who holds nothing newer than an old version, by what was downloaded, used, shared or tailored."""
        with context.reading() as session:
            return holders.holders(
                session, asset_id, people_in_reports=_people(), actor=context.actor(), now=context.now()
            )


@blueprint.route("/tell", endpoint="tell")
class Tell(MethodView):
    """Telling them."""

    @needs(Right.EDIT_ASSET)
    @blueprint.arguments(Nothing)
    @blueprint.response(200, ToldView)
    def post(self, _given: dict[str, Any], asset_id: str) -> Any:
        """Leave a message that there is a new version, for each holder once; nobody learns for whom."""
        with context.transaction() as session:
            told = holders.tell(session, asset_id, actor=context.actor(), now=context.now())
        return {"told": holders.said_of(told, _people())}


def _people() -> str:
    return context.resources().settings.people_in_reports
