"""Film and sound for the player on an asset's page."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from content_map.files import send_recording, send_subtitles

blueprint = Blueprint("media", __name__, url_prefix="/media")


@blueprint.get("/<asset_id>/<int:version>")
def recording(asset_id: str, version: int) -> AnyResponse:
    """Play a recording, or a range of it."""
    return send_recording(asset_id, version)


@blueprint.get("/<asset_id>/<int:version>/subtitles.vtt")
def subtitles(asset_id: str, version: int) -> Response:
    """Show what is said in it."""
    return send_subtitles(asset_id, version)
