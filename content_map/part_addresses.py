"""Addresses of ours that take one part of an upload, for a store that browsers cannot reach."""

from __future__ import annotations

from flask import current_app, request, url_for

from content_map import context
from content_map.domain import part_links
from content_map.errors import NotAllowed
from content_map.services import uploads


def address(upload_id: str, number: int) -> str:
    """An address of ours that takes one part of an upload for a while, from whoever holds it."""
    expires = int(context.now().timestamp()) + uploads.LINK_SECONDS
    signature = part_links.sign(_secret(), upload_id, number, expires)
    return url_for(
        "pages.upload_parts.take",
        upload_id=upload_id,
        number=number,
        expires=expires,
        signature=signature,
        _external=True,
    )


def check(upload_id: str, number: int) -> None:
    """Hold the present address to its signature and its time, before any body is read. Raises NotAllowed."""
    expires, signature = request.args.get("expires", 0, int), request.args.get("signature", "")
    genuine = part_links.is_genuine(_secret(), upload_id, number, expires, signature)
    if not genuine or expires < context.now().timestamp():
        raise NotAllowed("This address takes no part any more. Ask for a new one and send the part there.")


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])
