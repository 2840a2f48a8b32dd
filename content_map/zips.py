"""Several originals on their way out as one zip; each of them counts as a download of its own."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from flask import Response, request

from content_map import context
from content_map.domain.events import ReportedEvent
from content_map.domain.usage import EventKind, Surface
from content_map.services import usage, zipping
from content_map.services.zipping import Packed
from storage import attachment


def send_zip(ids: Sequence[str], versions: Mapping[str, int], *, surface: Surface = Surface.API) -> Response:
    """Send originals as one zip while it is written; each of them counts as a download of its own.

    Raises Invalid, TooLarge.
    """
    parts, actor, now = context.resources(), context.actor(), context.now()
    with context.reading() as session:
        packed = zipping.pack(
            session, ids, versions, limit_bytes=parts.settings.zip_limit_bytes, actor=actor, now=now
        )
    events = {str(uuid.uuid4()): each for each in packed if each.store_key is not None}
    if request.method != "HEAD" and events:
        _record_all(events, surface)
    response = Response(
        zipping.write(parts.store, packed), content_type="application/zip", direct_passthrough=True
    )
    response.headers["Content-Disposition"] = attachment(f"content-map-{now:%Y-%m-%d}.zip")
    return response


def _record_all(packed: Mapping[str, Packed], surface: Surface) -> None:
    events = [
        ReportedEvent(id=id_, kind=EventKind.DOWNLOAD, asset=each.asset_id, occurred_at=context.now())
        for id_, each in packed.items()
    ]
    with context.transaction() as session:
        usage.record(
            session,
            events,
            surface_default=surface,
            people_in_reports=context.resources().settings.people_in_reports,
            served={id_: each.version for id_, each in packed.items()},
            actor=context.actor(),
            now=context.now(),
        )
