"""An asset's files over time: list them, add one, bring one back; and what holds the same as it."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint, needs
from content_map.api._tags import etag
from content_map.domain.permissions import Right
from content_map.files import stream_of
from content_map.models import Asset
from content_map.schemas.asset_view import AssetView
from content_map.schemas.strict import list_of
from content_map.schemas.version import CopyDecision, CopyView, VersionRestore, VersionUpload, VersionView
from content_map.services import adding, assets, copies, copy_decisions, versions
from content_map.services.copy_decisions import Decision

blueprint = ApiBlueprint("versions", __name__, url_prefix="/assets/<asset_id>", description="Files over time")


@blueprint.route("/versions", endpoint="all")
class Versions(MethodView):
    """An asset's files over time."""

    @blueprint.response(200, list_of(VersionView))
    def get(self, asset_id: str) -> Any:
        """List the versions, newest first."""
        with context.reading() as session:
            _, found = versions.recorded(session, asset_id, actor=context.actor(), now=context.now())
        return {"items": found, "next": None}

    @needs(Right.EDIT_ASSET)
    @blueprint.arguments(VersionUpload, location="multipart")
    @blueprint.response(201, AssetView)
    def post(self, given: dict[str, Any], asset_id: str) -> Any:
        """Upload a new file under the same id."""
        parts = context.resources()
        asset = adding.add_version(
            parts.sessions,
            parts.store,
            asset_id,
            *stream_of(given["file"]),
            kind_of_change=given["change"],
            note=given["note"],
            allow_duplicate=given["allow_duplicate"],
            limit_bytes=parts.settings.upload_limit_bytes,
            actor=context.actor(),
            now=context.now(),
        )
        return asset, _created(asset)


@blueprint.route("/versions/<int:number>/restore", endpoint="restore")
class Restore(MethodView):
    """An earlier version as the newest."""

    @needs(Right.EDIT_ASSET)
    @blueprint.arguments(VersionRestore)
    @blueprint.response(201, AssetView)
    def post(self, given: dict[str, Any], asset_id: str, number: int) -> Any:
        """Bring an earlier version back: a new version with its bytes, found again at once."""
        with context.transaction() as session:
            asset = versions.restore(
                session, asset_id, number, **given, actor=context.actor(), now=context.now()
            )
        return asset, _created(asset)


@blueprint.route("/copies", endpoint="copies")
class Copies(MethodView):
    """What holds the same."""

    @blueprint.response(200, list_of(CopyView))
    def get(self, asset_id: str) -> Any:
        """List the assets that hold the same, the likest first; who may not edit learns of pages alone."""
        with context.reading() as session:
            asset = assets.get(session, asset_id, actor=context.actor(), now=context.now())
            found = copies.found(session, asset, actor=context.actor(), now=context.now())
        return {"items": found, "next": None}


@blueprint.route("/copies/<other_id>", endpoint="copy")
class OneCopy(MethodView):
    """One of them."""

    @needs(Right.EDIT_ASSET)
    @blueprint.arguments(CopyDecision)
    @blueprint.response(200, AssetView)
    def post(self, given: dict[str, Any], asset_id: str, other_id: str) -> Any:
        """Decide on a copy: a draft becomes the other's next version or gives way to it, or both stay apart."""
        decision = Decision(given.pop("decision"))
        with context.transaction() as session:
            asset = copy_decisions.decide(
                session,
                asset_id,
                other_id,
                decision,
                **given,
                actor=context.actor(),
                now=context.now(),
            )
        return asset, etag(asset)


def _created(asset: Asset) -> dict[str, str]:
    return {"Location": url_for("assets.one", asset_id=asset.id), **etag(asset)}
