"""Assets: upload, list, read, change, version by version."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint, needs
from content_map.api._document import IF_MATCH
from content_map.api._tags import etag, if_match
from content_map.domain.permissions import Right
from content_map.files import stream_of
from content_map.models import Asset
from content_map.schemas.asset import (
    AssetChange,
    AssetUpload,
    Link,
    LinkUpload,
    Upload,
)
from content_map.schemas.asset_filter import AssetQuery
from content_map.schemas.asset_view import AssetView
from content_map.schemas.strict import list_of
from content_map.services import adding, assets, library, links
from content_map.services.asset_changes import AssetChanges

blueprint = ApiBlueprint("assets", __name__, url_prefix="/assets", description="Marketing content")


@blueprint.route("", endpoint="all")
class Assets(MethodView):
    """The library."""

    @blueprint.arguments(AssetQuery, location="query")
    @blueprint.response(200, list_of(AssetView))
    def get(self, query: dict[str, Any]) -> Any:
        """List assets, a part at a time."""
        with context.reading() as session:
            return library.listed(
                session, **query, today=context.today(), actor=context.actor(), now=context.now()
            )

    @needs(Right.UPLOAD)
    @blueprint.arguments(AssetUpload, location="multipart")
    @blueprint.response(201, AssetView)
    @blueprint.doc(requestBody={"content": {"application/json": {"schema": LinkUpload}}})
    def post(self, upload: Upload | Link) -> Any:
        """Upload a file, or give the `url` of a link; what cannot be read later ends `failed`, and stays."""
        if isinstance(upload, Link):
            return _linked(upload)
        parts = context.resources()
        asset = adding.add(
            parts.sessions,
            parts.store,
            *stream_of(upload.file),
            upload.changes,
            allow_duplicate=upload.allow_duplicate,
            limit_bytes=parts.settings.upload_limit_bytes,
            actor=context.actor(),
            now=context.now(),
        )
        return asset, _created(asset)


@blueprint.route("/<asset_id>", endpoint="one")
class OneAsset(MethodView):
    """One asset."""

    @blueprint.response(200, AssetView)
    def get(self, asset_id: str) -> Any:
        """Show an asset."""
        with context.reading() as session:
            asset = assets.get(session, asset_id, actor=context.actor(), now=context.now())
            return asset, etag(asset)

    @blueprint.arguments(AssetChange)
    @blueprint.response(200, AssetView)
    @blueprint.doc(parameters=[IF_MATCH])
    def patch(self, changes: AssetChanges, asset_id: str) -> Any:
        """Change only the named fields; with If-Match, only the state that was seen."""
        with context.transaction() as session:
            asset = assets.change(
                session, asset_id, changes, if_match=if_match(), actor=context.actor(), now=context.now()
            )
        return asset, etag(asset)


def _linked(given: Link) -> Any:
    with context.transaction() as session:
        asset = links.create(
            session,
            given.url,
            given.changes,
            allow_duplicate=given.allow_duplicate,
            actor=context.actor(),
            now=context.now(),
        )
    return asset, _created(asset)


def _created(asset: Asset) -> dict[str, str]:
    return {"Location": url_for("assets.one", asset_id=asset.id), **etag(asset)}
