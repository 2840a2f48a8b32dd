"""Where parts of large files go when the store has no addresses of its own: signed, so that no cookie is needed."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import Blueprint, Response, request
from werkzeug.exceptions import LengthRequired

from content_map import context, part_addresses
from content_map.services import uploads
from content_map.web.guard import signed

blueprint = Blueprint("upload_parts", __name__, url_prefix="/uploads")


@blueprint.put("/<upload_id>/parts/<int:number>")
@signed
def take(upload_id: str, number: int) -> Response:
    """Pass the body on to the store as it comes; nothing of it is held in memory."""
    part_addresses.check(upload_id, number)
    if request.content_length is None:
        raise LengthRequired
    parts = context.resources()
    part = uploads.take_part(
        parts.sessions,
        parts.store,
        upload_id,
        number,
        cast("BinaryIO", request.stream),
        size_bytes=request.content_length,
        now=context.now(),
    )
    return Response(status=200, headers={"ETag": f'"{part.etag}"'})
