"""Page pictures for our own pages, under addresses that name the version."""

from __future__ import annotations

from flask import Blueprint, Response

from content_map import context
from content_map.files import send_picture
from content_map.models import Page
from content_map.services import assets

blueprint = Blueprint("pictures", __name__, url_prefix="/pictures")


@blueprint.get("/<asset_id>/<int:version>/<int:number>")
def image(asset_id: str, version: int, number: int) -> Response:
    """Show a page in full."""
    return send_picture(_page(asset_id, version, number).image_key, version=version, for_ever=True)


@blueprint.get("/<asset_id>/<int:version>/<int:number>/small")
def thumbnail(asset_id: str, version: int, number: int) -> Response:
    """Show a page small."""
    return send_picture(_page(asset_id, version, number).thumbnail_key, version=version, for_ever=True)


def _page(asset_id: str, version: int, number: int) -> Page:
    with context.reading() as session:
        asset = assets.get(session, asset_id, actor=context.actor(), now=context.now())
        return assets.page(session, assets.version_of(session, asset, version), number)
