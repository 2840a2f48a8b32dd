"""What pages report of themselves: cards that were seen."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from flask import Blueprint, request

from content_map import context
from content_map.domain.events import EVENTS_AT_ONCE, ReportedEvent
from content_map.domain.usage import EventKind, Surface
from content_map.errors import Invalid
from content_map.services import usage

_SURFACES = {Surface.SEARCH.value, Surface.BROWSE.value, Surface.RECOMMENDATION.value}

blueprint = Blueprint("usage", __name__, url_prefix="/usage")


@blueprint.post("/impressions")
def impressions() -> tuple[str, int]:
    """Record a batch of cards that were at least half visible for a second. A beacon reads no answer."""
    events = [_impression(each) for each in _batch()]
    with context.transaction() as session:
        usage.record(
            session,
            events,
            surface_default=Surface.BROWSE,
            people_in_reports=context.resources().settings.people_in_reports,
            actor=context.actor(),
            now=context.now(),
        )
    return "", 204


def _batch() -> list[dict[str, Any]]:
    try:
        found = json.loads(request.form.get("events", ""))
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Invalid.field("/events", "The list of cards could not be read.")
    return found[:EVENTS_AT_ONCE]


def _impression(given: dict[str, Any]) -> ReportedEvent:
    surface = given.get("surface")
    rank = given.get("rank")
    return ReportedEvent(
        id=str(given.get("id", "")),
        kind=EventKind.IMPRESSION,
        asset=str(given["asset"]) if given.get("asset") else None,
        occurred_at=_moment(given.get("occurred_at")),
        surface=Surface(surface) if surface in _SURFACES else Surface.BROWSE,
        search=str(given["search"]) if given.get("search") else None,
        rank=rank if isinstance(rank, int) and not isinstance(rank, bool) else None,
    )


def _moment(given: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(given))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
