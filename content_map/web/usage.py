"""What pages report of themselves: cards that were seen."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, request

from content_map import context
from content_map.domain.event_reading import read_events
from content_map.domain.events import ReportedEvent
from content_map.domain.usage import EventKind, Surface
from content_map.errors import Invalid
from content_map.services import usage

_SURFACES = frozenset({Surface.SEARCH, Surface.BROWSE, Surface.RECOMMENDATION})

blueprint = Blueprint("usage", __name__, url_prefix="/usage")
log = logging.getLogger(__name__)


@blueprint.post("/impressions")
def impressions() -> tuple[str, int]:
    """Record a batch of cards that were at least half visible for a second. A beacon reads no answer."""
    given = _batch()
    events = _impressions(given)
    with context.transaction() as session:
        recorded = usage.record(
            session,
            events,
            surface_default=Surface.BROWSE,
            people_in_reports=context.resources().settings.people_in_reports,
            actor=context.actor(),
            now=context.now(),
        )
    refused = len(given) - recorded.accepted - recorded.duplicates
    if refused:
        # Nobody reads a beacon's answer: without this line a page that counts wrongly would never be found.
        log.warning("usage.impressions_refused", extra={"refused": refused, "sent": len(given)})
    return "", 204


def _batch() -> Sequence[object]:
    try:
        found = json.loads(request.form.get("events", ""))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        raise Invalid.field("/events", "The list of cards could not be read.")
    return found


def _impressions(given: Sequence[object]) -> Sequence[ReportedEvent]:
    """Read the cards, each by itself; what is no impression of one of our pages is left out. Raises TooLarge."""
    named = [{**each, "kind": EventKind.IMPRESSION} if isinstance(each, Mapping) else each for each in given]
    events = read_events(named).events.values()
    return [
        event if event.surface else replace(event, surface=Surface.BROWSE)
        for event in events
        if event.surface is None or event.surface in _SURFACES
    ]
