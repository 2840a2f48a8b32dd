"""What a view itself has seen happen: an opened page, a logged use, an answer, a word of feedback."""

from __future__ import annotations

import uuid
from dataclasses import replace

from flask import request

from content_map import context
from content_map.domain.events import ReportedEvent
from content_map.domain.usage import EventKind, Surface
from content_map.services import usage


def record(
    kind: EventKind,
    asset_id: str,
    *,
    surface: Surface | None = None,
    search: str | None = None,
    rank: int | None = None,
) -> None:
    """Record one event without more to say; a page that a browser fetched ahead was seen by nobody."""
    if "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")):
        return
    send(
        ReportedEvent(
            id=str(uuid.uuid4()), kind=kind, asset=asset_id, surface=surface, search=search, rank=rank
        )
    )


def send(event: ReportedEvent) -> None:
    """Record one event, once by its id. Raises NotAllowed, Invalid with its fields."""
    with context.transaction() as session:
        usage.record_one(
            session,
            event
            if event.surface
            else replace(event, surface=Surface.SEARCH if event.search else Surface.DIRECT),
            surface_default=Surface.DIRECT,
            people_in_reports=context.resources().settings.people_in_reports,
            actor=context.actor(),
            now=context.now(),
        )


def sent_id() -> str:
    """The id that the form made for its event: a double click counts once."""
    return request.form.get("event") or str(uuid.uuid4())
