"""What is inside an asset: its pages, their pictures, the original."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint
from content_map.errors import Invalid
from content_map.files import VERSION, Picture, send_download, send_page_picture
from content_map.schemas.asset import FileQuery, VersionQuery
from content_map.schemas.asset_view import PageView
from content_map.schemas.strict import list_of
from content_map.services import assets

blueprint = ApiBlueprint("files", __name__, url_prefix="/assets/<asset_id>", description="What is inside")
PICTURE = "image/webp"


@blueprint.route("/pages", endpoint="pages")
class Pages(MethodView):
    """What was read of a file."""

    @blueprint.arguments(VersionQuery, location="query")
    @blueprint.response(200, list_of(PageView))
    def get(self, query: dict[str, Any], asset_id: str) -> Any:
        """List the pages with their words."""
        with context.reading() as session:
            asset = assets.get(session, asset_id, actor=context.actor(), now=context.now())
            version = assets.version_of(session, asset, query["version"])
            found = {"items": assets.pages(session, version), "next": None}
        return found, {VERSION: str(version.number)}


@blueprint.route("/pages/<int:number>/image", endpoint="image")
class Image(MethodView):
    """A page's picture."""

    @blueprint.arguments(VersionQuery, location="query")
    @blueprint.response(200, content_type=PICTURE)
    def get(self, query: dict[str, Any], asset_id: str, number: int) -> Any:
        """Give the page's picture; 404 with `Retry-After` while it is being drawn, which asking begins."""
        return send_page_picture(asset_id, query["version"], number, Picture.LARGE)


@blueprint.route("/pages/<int:number>/thumbnail", endpoint="page_thumbnail")
class PageThumbnail(MethodView):
    """A page's small picture."""

    @blueprint.arguments(VersionQuery, location="query")
    @blueprint.response(200, content_type=PICTURE)
    def get(self, query: dict[str, Any], asset_id: str, number: int) -> Any:
        """Give the page's small picture; 404 with `Retry-After` while it is being drawn, which asking begins."""
        return send_page_picture(asset_id, query["version"], number, Picture.SMALL)


@blueprint.route("/thumbnail", endpoint="thumbnail")
class Thumbnail(MethodView):
    """The first page's small picture."""

    @blueprint.arguments(VersionQuery, location="query")
    @blueprint.response(200, content_type=PICTURE)
    def get(self, query: dict[str, Any], asset_id: str) -> Any:
        """Give the first page's small picture; 404 with `Retry-After` while it is being drawn."""
        return send_page_picture(asset_id, query["version"], 1, Picture.SMALL)


@blueprint.route("/file", endpoint="file")
class File(MethodView):
    """The original."""

    @blueprint.arguments(FileQuery, location="query")
    @blueprint.response(200, content_type="application/octet-stream")
    @blueprint.alt_response(302, description="The store's own address of the file, for a few minutes")
    def get(self, query: dict[str, Any], asset_id: str) -> Any:
        """Download: 302 to the store, or the bytes. For a customer it is a use, otherwise an open."""
        if (query["purpose"] is None) != (query["account"] is None):
            raise Invalid.field("/account", "A download for a customer names both purpose and account.")
        return send_download(asset_id, query["version"], account=query["account"])
