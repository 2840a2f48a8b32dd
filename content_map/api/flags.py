"""What readers say is wrong, and what waits for one."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint
from content_map.api._tags import etag
from content_map.models import Flag
from content_map.schemas.asset_view import AssetView
from content_map.schemas.flag import FlagChange, FlagQuery, FlagView, ReviewConfirm, WaitingView
from content_map.schemas.strict import list_of
from content_map.services import flags, reviews, waiting
from content_map.services.cursors import Slice

blueprint = ApiBlueprint("flags", __name__, description="What readers say is wrong, and what waits for one")


@blueprint.route("/flags", endpoint="all")
class Flags(MethodView):
    """Complaints of readers as tasks."""

    @blueprint.arguments(FlagQuery, location="query")
    @blueprint.response(200, list_of(FlagView))
    def get(self, query: dict[str, Any]) -> Any:
        """List flags, the latest first: of faults for marketers, of teaching for managers."""
        with context.reading() as session:
            found = flags.listed(session, **query, actor=context.actor())
        return Slice([_shown(each) for each in found.items], found.next)


@blueprint.route("/flags/<flag_id>", endpoint="one")
class OneFlag(MethodView):
    """One complaint."""

    @blueprint.arguments(FlagChange)
    @blueprint.response(200, FlagView)
    def patch(self, given: dict[str, Any], flag_id: str) -> Any:
        """Say what was done; the readers who raised it are told."""
        with context.transaction() as session:
            return _shown(flags.decide(session, flag_id, **given, actor=context.actor(), now=context.now()))


@blueprint.route("/assets/<asset_id>/review", endpoint="review")
class Review(MethodView):
    """Whether an asset is still right."""

    @blueprint.arguments(ReviewConfirm)
    @blueprint.response(200, AssetView)
    def post(self, given: dict[str, Any], asset_id: str) -> Any:
        """Say that it is still right; its next review moves."""
        settings = context.resources().settings
        with context.transaction() as session:
            asset = reviews.confirm(
                session,
                asset_id,
                **given,
                months=settings.review_months,
                today=context.now().astimezone(settings.zone).date(),
                actor=context.actor(),
                now=context.now(),
            )
        return asset, etag(asset)


@blueprint.route("/me/waiting", endpoint="waiting")
class MyWork(MethodView):
    """What waits for the caller."""

    @blueprint.response(200, list_of(WaitingView))
    def get(self) -> Any:
        """List the kinds of work with something in them."""
        today = context.now().astimezone(context.resources().settings.zone).date()
        with context.reading() as session:
            found = waiting.waiting(session, today=today, actor=context.actor(), now=context.now())
        items = [
            {"queue": each.queue, "count": each.count, "assets": [asset.id for asset in each.first]}
            for each in found
        ]
        return {"items": items, "next": None}


def _shown(flag: Flag) -> dict[str, Any]:
    columns = {name: getattr(flag, name) for name in FlagView().fields if name not in {"asset", "mender"}}
    return {**columns, "asset_id": flag.asset_id, "mender": flags.mender_of_flag(flag).value}
