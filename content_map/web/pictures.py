"""Page pictures for our own pages, under addresses that name the version."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response

from content_map.errors import NotFound
from content_map.files import Picture, send_page_picture

blueprint = Blueprint("pictures", __name__, url_prefix="/pictures")


@blueprint.get("/<asset_id>/<int:version>/<int:number>")
def image(asset_id: str, version: int, number: int) -> Response:
    """Show a page in full."""
    return _send(asset_id, version, number, Picture.LARGE)


@blueprint.get("/<asset_id>/<int:version>/<int:number>/small")
def thumbnail(asset_id: str, version: int, number: int) -> Response:
    """Show a page small."""
    return _send(asset_id, version, number, Picture.SMALL)


def _send(asset_id: str, version: int, number: int, size: Picture) -> Response:
    try:
        return send_page_picture(asset_id, version, number, size)
    except NotFound as missing:
        if "retry_after_seconds" not in missing.facts:
            raise
        # Our script waits for it: an error would be shouted in the browser's console at every look.
        headers = {"Retry-After": str(missing.facts["retry_after_seconds"]), "Cache-Control": "no-store"}
        return Response(status=HTTPStatus.ACCEPTED, headers=headers)
