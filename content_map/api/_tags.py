"""Entity tags: the revision a client has seen, given as ETag and taken as If-Match."""

from __future__ import annotations

from flask import request

from content_map.models import Asset

NOT_OURS = -1


def etag(asset: Asset) -> dict[str, str]:
    """The header that names the state a client is shown."""
    return {"ETag": f'"{asset.revision}"'}


def if_match() -> int | None:
    """The revision a client believes to change; None without one, and a tag that is not ours matches nothing."""
    given = request.headers.get("If-Match", "").strip()
    if not given or given == "*":
        return None
    plain = given.removeprefix("W/").strip('"')
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 10 else NOT_OURS
