"""Searches that found nothing useful."""

from __future__ import annotations

from marshmallow import Schema, fields

from content_map.schemas.fields import ConversationKey, Instant, Line
from content_map.schemas.strict import Page

QUARTER_CHARACTERS = 20


class GapQuery(Page):
    """Whose gaps: of a quarter such as 2026-Q3, of the last 90 days when none is given."""

    quarter = Line(most=QUARTER_CHARACTERS, load_default=None)
    conversation = ConversationKey(load_default=None)


class GapTermView(Schema):
    """A term and its name."""

    term = fields.String()
    name = fields.String()


class GapRequestView(Schema):
    """What marketing was asked for the same; `id` only for those who may read it."""

    id = fields.String(allow_none=True)
    status = fields.String()
    asked_at = Instant()
    due_on = fields.Date(allow_none=True)
    asset = fields.String(allow_none=True)


class GapView(Schema):
    """Searches with the same terms for the same conversation that led to nothing."""

    terms = fields.List(fields.Nested(GapTermView))
    withheld = fields.Integer(
        metadata={"description": "Terms left out because fewer than three reps have used them."}
    )
    conversation = fields.String(allow_none=True)
    searches = fields.Integer(metadata={"description": "`no_results` and `unopened` together."})
    no_results = fields.Integer()
    unopened = fields.Integer(metadata={"description": "With results of which nothing was opened or used."})
    reps = fields.Integer()
    accounts = fields.Integer()
    latest_at = Instant()
    words = fields.List(
        fields.String(), metadata={"description": "Sentences whose reps let marketing read them."}
    )
    search = fields.String(allow_none=True, metadata={"description": "The caller's own latest one."})
    request = fields.Nested(GapRequestView, allow_none=True)
