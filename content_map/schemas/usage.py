"""Usage events coming in, what became of them, and the funnel of one asset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load

from content_map.domain.event_reading import Read, read_events
from content_map.domain.events import ReportedEvent
from content_map.domain.usage import EventKind, Feedback, How, OutcomeAnswer, Purpose, Surface
from content_map.schemas.fields import Choice, ConversationKey, Instant
from content_map.schemas.imports import Rejected, RejectedView
from content_map.schemas.strict import Strict
from content_map.services.usage import Recorded

FUNNEL_DAYS = timedelta(days=90)

Period = tuple[datetime | None, datetime | None]
"""From its first instant until before its last."""


class EventReport(Strict):
    """One event, for the document: domain/event_reading.py reads it, one at a time, so that one fault costs one."""

    id = fields.UUID(
        required=True, metadata={"description": "Made by the client: sent twice, it counts once"}
    )
    kind = Choice(*EventKind, required=True)
    asset = fields.String()
    occurred_at = Instant()
    surface = Choice(*Surface)
    search = fields.String()
    rank = fields.Integer()
    page = fields.Integer()
    seconds = fields.Integer()
    account = fields.String(metadata={"description": "A customer's name, or an account's id"})
    opportunity = fields.String()
    conversation = ConversationKey()
    how = Choice(*How)
    purpose = Choice(*Purpose)
    use = fields.String(metadata={"description": "The event of the use that an outcome is about"})
    outcome = Choice(*OutcomeAnswer)
    feedback = Choice(*Feedback)
    text = fields.String()


@dataclass(frozen=True, slots=True)
class Batch:
    """What was sent, event by event, and how to answer for all of it."""

    read: Read

    @property
    def events(self) -> Sequence[ReportedEvent]:
        """Those that could be read."""
        return list(self.read.events.values())

    def answer(self, recorded: Recorded) -> dict[str, Any]:
        """Say what became of all of them, by their places in what was sent."""
        places = list(self.read.events)
        refused = {**self.read.refused, **{places[each.index]: each.detail for each in recorded.rejected}}
        rejected = [{"index": index, "detail": refused[index]} for index in sorted(refused)]
        return {"accepted": recorded.accepted, "duplicates": recorded.duplicates, "rejected": rejected}


class Events(fields.List[Any]):
    """The events of a batch, described one by one and read one by one."""

    def __init__(self) -> None:
        super().__init__(fields.Nested(EventReport), required=True)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **given: Any) -> list[Any]:  # noqa: ARG002
        if not isinstance(value, list):
            raise ValidationError("Send a list of events.")
        return value


class EventBatch(Strict):
    """What the caller did."""

    events = Events()

    @post_load
    def to_batch(self, given: dict[str, Any], **_options: Any) -> Batch:
        """Read each event; one that cannot be read leaves the others alone."""
        return Batch(read_events(given["events"]))


class RecordedView(Schema):
    """What became of a batch; only a repeated id is a duplicate."""

    accepted = fields.Integer()
    duplicates = fields.Integer()
    rejected = fields.List(fields.Nested(RejectedView))


class HistoryView(Schema):
    """What an import of history did, or would do."""

    accepted = fields.Integer()
    duplicates = fields.Integer()
    rejected = Rejected()


class ExportQuery(Strict):
    """The period: from its first instant until before its last; without them everything."""

    start = Instant(data_key="from", load_default=None)
    end = Instant(data_key="to", load_default=None)

    @post_load
    def to_period(self, given: dict[str, Any], **_options: Any) -> Period:
        """The two ends as they were given."""
        return given["start"], given["end"]


class FunnelQuery(ExportQuery):
    """The period: from its first instant until before its last; the last 90 days without it."""


class FunnelView(Schema):
    """What counted of one asset; `left_out` says how many rows did not, and why."""

    asset = fields.String()
    start = Instant(data_key="from")
    end = Instant(data_key="to")
    impressions = fields.Integer()
    reps = fields.Integer()
    opens = fields.Integer()
    downloads = fields.Integer()
    uses = fields.Integer()
    accounts = fields.Integer()
    outcomes = fields.Dict(keys=fields.String(), values=fields.Integer())
    feedback = fields.Dict(keys=fields.String(), values=fields.Integer())
    left_out = fields.Dict(keys=fields.String(), values=fields.Integer())
