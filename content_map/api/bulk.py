"""One change of many assets, and a file read again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint, needs
from content_map.api._tags import etag
from content_map.domain.permissions import Right
from content_map.schemas.asset_view import AssetView
from content_map.schemas.bulk import BulkChange, BulkView, NoFields, previewed
from content_map.services import bulk, rereading

blueprint = ApiBlueprint("bulk", __name__, url_prefix="/assets", description="Many assets at once")


@blueprint.route("/bulk", endpoint="change")
class Bulk(MethodView):
    """Many assets at once."""

    @needs(Right.EDIT_ASSET)
    @blueprint.arguments(BulkChange)
    @blueprint.response(200, BulkView)
    def post(self, given: dict[str, Any]) -> Any:
        """Change all of them or none; `dry_run` says what would change, `skip_refused` leaves out what cannot."""
        selection, edit = replace(given["selection"], today=context.today()), given["edit"]
        if given["dry_run"]:
            with context.reading() as session:
                return previewed(
                    bulk.preview(session, selection, edit, actor=context.actor(), now=context.now())
                )
        with context.transaction() as session:
            return bulk.change(
                session,
                selection,
                edit,
                skip_refused=given["skip_refused"],
                actor=context.actor(),
                now=context.now(),
            )


@blueprint.route("/<asset_id>/read-again", endpoint="read_again")
class ReadAgain(MethodView):
    """A file that could not be read."""

    @blueprint.arguments(NoFields)
    @blueprint.response(202, AssetView)
    def post(self, _given: dict[str, Any], asset_id: str) -> Any:
        """Read its current file once more, in the background."""
        with context.transaction() as session:
            asset = rereading.read_again(session, asset_id, actor=context.actor(), now=context.now())
        return asset, etag(asset)
