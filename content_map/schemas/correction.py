"""What a correction of one's own event says, and what one has logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load

from content_map.domain.event_reading import read_event
from content_map.domain.events import ReportedEvent
from content_map.domain.usage import EventKind, ExcludedReason, Feedback, How, OutcomeAnswer
from content_map.errors import Invalid
from content_map.schemas.fields import ConversationKey, Instant
from content_map.schemas.strict import Strict
from content_map.schemas.usage import EventReport


@dataclass(frozen=True, slots=True)
class Replacement:
    """What takes the event's place; None: nothing does."""

    event: ReportedEvent | None


class _Event(fields.Nested):
    """One event, described as in a batch and read by the same rules."""

    def _deserialize(self, value: Any, *_context: Any, **_options: Any) -> Any:
        if not isinstance(value, Mapping):
            raise ValidationError("Send an event, or null to take it back.")
        try:
            return read_event(value)
        except Invalid as refusal:
            raise ValidationError(
                {each.pointer.lstrip("/"): [each.detail] for each in refusal.errors}
            ) from None


class CorrectionReport(Strict):
    """The event that takes the other's place, or null where nothing does."""

    replacement = _Event(EventReport, required=True, allow_none=True)

    @post_load
    def to_replacement(self, given: dict[str, Any], **_options: Any) -> Replacement:
        """The replacement, read."""
        return Replacement(given["replacement"])


class CorrectionView(Schema):
    """A correction: the event stays and counts no more."""

    event = fields.String(attribute="event_id")
    replaced_by = fields.String(allow_none=True)
    made_at = Instant()


class LoggedView(Schema):
    """One of one's own events, and what became of it."""

    id = fields.String()
    kind = fields.Enum(EventKind, by_value=True)
    asset = fields.String(attribute="asset_id", allow_none=True)
    title = fields.String(allow_none=True)
    account = fields.String(attribute="account_id", allow_none=True)
    account_name = fields.String(attribute="account", allow_none=True)
    conversation = ConversationKey(allow_none=True)
    how = fields.Enum(How, by_value=True, allow_none=True)
    outcome = fields.Enum(OutcomeAnswer, by_value=True, allow_none=True)
    feedback = fields.Enum(Feedback, by_value=True, allow_none=True)
    text = fields.String(allow_none=True)
    occurred_at = Instant()
    excluded_reason = fields.Enum(ExcludedReason, by_value=True, allow_none=True)
    replaced_by = fields.String(allow_none=True)
    may_correct = fields.Boolean()
