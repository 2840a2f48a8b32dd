"""The retirement docket and the tasks that follow from it."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load

from content_map.domain import docket as rules
from content_map.domain.docket import NOTE_CHARACTERS, TaskKind
from content_map.domain.unused import Side, Stage
from content_map.schemas.asset_view import PersonView
from content_map.schemas.fields import Choice, Day, Flag, Identifier, Instant, Line, Whole
from content_map.schemas.gap import QUARTER_CHARACTERS
from content_map.schemas.strict import Page, Strict
from content_map.services.docket import AT_ONCE, Decision
from content_map.services.docket_lists import State

_SIDES = (Side.MARKETING, Side.SALES)


class DocketQuery(Page):
    """Which items: of a closed quarter, the last one when none is given."""

    quarter = Line(most=QUARTER_CHARACTERS, load_default=None)
    state = Choice(*State, load_default=None)
    stage = Choice(*Stage, load_default=None, data_key="class")
    waits_for = Choice(*_SIDES, load_default=None)

    @post_load
    def to_query(self, given: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Words become the domain's values."""
        kinds = {"state": State, "stage": Stage, "waits_for": Side}
        return {
            name: kinds[name](value) if name in kinds and value else value for name, value in given.items()
        }


class DocketFill(Strict):
    """Which closed quarter to put on the docket, the last one when none is given."""

    quarter = Line(most=QUARTER_CHARACTERS, load_default=None, allow_none=True)


class DocketFilledView(Schema):
    """How many assets came onto the docket."""

    quarter = fields.String()
    added = fields.Integer()


class DocketChange(Strict):
    """What one side says of one item or several; `choice` null takes back what it said."""

    items = fields.List(Identifier(), required=True, metadata={"description": f"1 to {AT_ONCE} item ids."})
    choice = Choice(*rules.Choice, required=True, allow_none=True)
    side = Choice(*_SIDES, load_default=None, allow_none=True)
    note = Line(most=NOTE_CHARACTERS, load_default=None, allow_none=True)
    successor = Identifier(load_default=None, allow_none=True)

    @post_load
    def to_change(self, given: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Words become the domain's values."""
        choice = rules.Choice(given["choice"]) if given["choice"] else None
        return {
            "item_ids": given["items"],
            "decision": Decision(choice, given["note"], given["successor"]),
            "side": Side(given["side"]) if given["side"] else None,
        }


class SideView(Schema):
    """What one side says, and since when."""

    choice = fields.String(allow_none=True)
    at = Instant(allow_none=True)


class EarlierView(Schema):
    """What was settled about the same asset in a quarter before."""

    quarter = fields.String()
    choice = fields.String()


class DocketItemView(Schema):
    """An unused asset of a closed quarter with its class then, the evidence, and what both sides say."""

    id = fields.String()
    quarter = fields.String()
    asset = fields.String()
    title = fields.String()
    conversation = fields.String(allow_none=True)
    stage = fields.String(data_key="class")
    state = fields.String()
    impressions = fields.Integer()
    reps = fields.Integer()
    opens = fields.Integer()
    feedback = fields.Dict(keys=fields.String(), values=fields.Integer())
    marketing = fields.Nested(SideView)
    sales = fields.Nested(SideView)
    settled = fields.String(allow_none=True)
    settled_at = Instant(allow_none=True)
    successor = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    earlier = fields.List(fields.Nested(EarlierView))


class DocketDecidedView(Schema):
    """The items as they are now."""

    items = fields.List(fields.Nested(DocketItemView))


class TaskQuery(Page):
    """Which tasks to list; `mine`: of the caller's side, and nobody else's."""

    side = Choice(*_SIDES, load_default=None)
    kind = Choice(*TaskKind, load_default=None)
    asset = Identifier(load_default=None)
    done = Flag(load_default=False)
    mine = Flag(load_default=False)


class TaskOpen(Strict):
    """Work to ask for; an open task of the same kind and asset is given back instead of a second one."""

    kind = Choice(*TaskKind, required=True)
    asset = Identifier(required=True)
    quarter = Line(most=QUARTER_CHARACTERS, load_default=None, allow_none=True)
    note = Line(most=NOTE_CHARACTERS, load_default=None, allow_none=True)


class TaskChange(Strict):
    """Hand a task over (`assignee`, `due_on`), or end it (`done`), teaching with its day and the reps reached."""

    done = Flag()
    assignee = Identifier(allow_none=True)
    due_on = Day()
    taught_on = Day(allow_none=True)
    reps_reached = Whole(1, 100_000, error="Write how many reps were reached.", allow_none=True)
    note = Line(most=NOTE_CHARACTERS, allow_none=True)

    @post_load
    def one_act(self, given: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Ending a task and handing it over are two acts."""
        if "done" in given and {"assignee", "due_on"} & given.keys():
            raise ValidationError({"done": ["Hand the task over first, or end it: not both at once."]})
        if not {"done", "assignee", "due_on"} & given.keys():
            raise ValidationError({"done": ["Say whether it is done, or who does it until when."]})
        return given


class TaskView(Schema):
    """Work on an asset, whose it is, and how it ended."""

    id = fields.String()
    kind = fields.String()
    side = fields.String()
    asset = fields.String(attribute="asset_id")
    quarter = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    assignee = fields.Nested(PersonView, allow_none=True)
    due_on = fields.Date(allow_none=True)
    made_at = Instant()
    done_at = Instant(allow_none=True)
    taught_on = fields.Date(allow_none=True)
    reps_reached = fields.Integer(allow_none=True)
