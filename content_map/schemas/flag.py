"""Flags of readers, reviews of owners, and what waits for one."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load

from content_map.domain.flagging import NOTE_CHARACTERS
from content_map.schemas.fields import Choice, Day, Flag, Identifier, Instant, Line, Whole
from content_map.schemas.strict import Page, Strict
from content_map.services.flags import FlagState
from content_map.services.waiting import Queue


class FlagQuery(Page):
    """Which flags to list; `mine`: of assets one owns, or of one's own team."""

    state = Choice(*FlagState, load_default=FlagState.OPEN.value)
    asset = Identifier(load_default=None)
    mine = Flag(load_default=False)

    @post_load
    def to_query(self, given: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Words become the domain's values."""
        return {**given, "state": FlagState(given["state"])}


class FlagChange(Strict):
    """What was done about it; the readers who raised it read the note."""

    state = Choice(*FlagState, required=True)
    note = Line(most=NOTE_CHARACTERS, load_default=None, allow_none=True)
    reps_reached = Whole(
        0, 100_000, error="Write how many reps were reached.", load_default=None, allow_none=True
    )

    @post_load
    def to_change(self, given: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Words become the domain's values."""
        return {**given, "state": FlagState(given["state"])}


class FlagView(Schema):
    """A complaint, how many readers made it, and what was done."""

    id = fields.String()
    asset = fields.String(attribute="asset_id")
    code = fields.String()
    mender = fields.String()
    state = fields.String()
    reports = fields.Integer()
    raised_at = Instant()
    last_raised_at = Instant()
    decided_at = Instant(allow_none=True)
    reps_reached = fields.Integer(allow_none=True)
    note = fields.String(allow_none=True)


class ReviewConfirm(Strict):
    """Until when it is right; without a day, for as many months as the settings say."""

    review_by = Day(load_default=None, allow_none=True)


class WaitingView(Schema):
    """A kind of work that waits for the caller, and how much of it."""

    queue = fields.Enum(Queue, by_value=True)
    count = fields.Integer()
    assets = fields.List(fields.String(), metadata={"description": "Ids of the first five."})
