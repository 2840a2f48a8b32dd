"""Large files in parts: straight to the store where it can be reached, else to a signed address of ours."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView

from content_map import context, part_addresses
from content_map.api._blueprint import ApiBlueprint, needs
from content_map.api._tags import etag
from content_map.domain.permissions import Right
from content_map.schemas.asset_view import AssetView
from content_map.schemas.upload import (
    Completion,
    PartLinks,
    PartLinksWanted,
    UploadBegin,
    UploadBegun,
    UploadCompletion,
    UploadView,
)
from content_map.services import completing, uploads

blueprint = ApiBlueprint("uploads", __name__, url_prefix="/uploads", description="Large files, in parts")


@blueprint.route("", endpoint="all")
class Uploads(MethodView):
    """Uploads under way."""

    @needs(Right.UPLOAD)
    @blueprint.arguments(UploadBegin)
    @blueprint.response(201, UploadBegun)
    def post(self, given: dict[str, Any]) -> Any:
        """Begin an upload; its parts may come for seven days."""
        parts = context.resources()
        return uploads.begin(
            parts.sessions,
            parts.store,
            given["name"],
            given["size_bytes"],
            given["media_type"],
            asset_id=given["asset"],
            limit_bytes=parts.settings.upload_limit_bytes,
            actor=context.actor(),
            now=context.now(),
        )


@blueprint.route("/<upload_id>", endpoint="one")
class OneUpload(MethodView):
    """One upload, seen by who began it."""

    @blueprint.response(200, UploadView)
    def get(self, upload_id: str) -> Any:
        """List the parts that arrived: the others are to be sent."""
        parts = context.resources()
        upload = uploads.find(parts.sessions, upload_id, actor=context.actor(), now=context.now())
        return uploads.arrived(parts.store, upload)

    @blueprint.response(204)
    def delete(self, upload_id: str) -> None:
        """Give the upload up; its parts are removed."""
        parts = context.resources()
        uploads.abort(parts.sessions, parts.store, upload_id, actor=context.actor(), now=context.now())


@blueprint.route("/<upload_id>/parts", endpoint="parts")
class Parts(MethodView):
    """Where parts go."""

    @blueprint.arguments(PartLinksWanted)
    @blueprint.response(200, PartLinks)
    def post(self, wanted: dict[str, Any], upload_id: str) -> Any:
        """Give an address for each part: PUT its bytes there and keep the ETag of the answer."""
        parts = context.resources()
        upload = uploads.find(parts.sessions, upload_id, actor=context.actor(), now=context.now())
        found = uploads.links(parts.store, upload, wanted["numbers"])
        return {
            "parts": [
                {"number": number, "url": url or part_addresses.address(upload.id, number)}
                for number, url in found
            ]
        }


@blueprint.route("/<upload_id>/complete", endpoint="complete")
class Complete(MethodView):
    """The end of an upload."""

    @blueprint.arguments(UploadCompletion)
    @blueprint.response(201, AssetView)
    def post(self, given: Completion, upload_id: str) -> Any:
        """Make the asset, or its next version; asked again, the answer is the same asset."""
        parts = context.resources()
        asset = completing.complete(
            parts.sessions,
            parts.store,
            upload_id,
            given.parts,
            given.changes,
            given.words,
            actor=context.actor(),
            now=context.now(),
        )
        return asset, {"Location": url_for("assets.one", asset_id=asset.id), **etag(asset)}
