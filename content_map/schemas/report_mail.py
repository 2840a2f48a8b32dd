"""Reports that come by mail."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load

from content_map.domain.cadence import Cadence
from content_map.schemas.fields import Choice, Instant, Line
from content_map.schemas.strict import Strict

ENDING_CHARACTERS = 10


class ReportMailWant(Strict):
    """How often, and the format of a file to go along; links alone without it."""

    cadence = Choice(*Cadence, required=True)
    attach = Line(most=ENDING_CHARACTERS, load_default=None, allow_none=True)

    @post_load
    def to_wish(self, given: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Words become the domain's values."""
        return {**given, "cadence": Cadence(given["cadence"])}


class ReportMailView(Schema):
    """What one asked for; `sent_for` is the period that was mailed last."""

    report = fields.String()
    cadence = fields.String()
    attach = fields.String(allow_none=True)
    made_at = Instant()
    sent_for = fields.String(allow_none=True)
