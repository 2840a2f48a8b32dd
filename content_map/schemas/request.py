"""Content asked for."""

from __future__ import annotations

from typing import Any, cast

from marshmallow import Schema, fields, post_load

from content_map.schemas.asset_view import PersonView
from content_map.schemas.fields import Choice, ConversationKey, Day, Flag, Identifier, Instant, Line
from content_map.schemas.strict import Page, Strict
from content_map.services.request_changes import RequestChanges
from content_map.services.requests import WORDS_AT_MOST, RequestStatus


class RequestAsk(Strict):
    """A situation without good content; `search` is the caller's own search that did not find it."""

    situation = Line(least=1, most=WORDS_AT_MOST, required=True)
    conversation = ConversationKey(load_default=None, allow_none=True)
    note = Line(most=WORDS_AT_MOST, load_default=None, allow_none=True)
    search = Identifier(load_default=None, allow_none=True)


class RequestChange(Strict):
    """The asker may change the words, who answers the rest; a missing field is left alone, null clears it."""

    situation = Line(least=1, most=WORDS_AT_MOST)
    conversation = ConversationKey(allow_none=True)
    note = Line(most=WORDS_AT_MOST, allow_none=True)
    status = Choice(*RequestStatus)
    answer = Line(most=WORDS_AT_MOST, allow_none=True)
    asset = Identifier(allow_none=True)
    owner = Identifier(allow_none=True)
    due_on = Day(allow_none=True)

    @post_load
    def to_changes(self, given: dict[str, Any], **_options: Any) -> RequestChanges:
        """Words become the domain's values."""
        if "status" in given:
            given["status"] = RequestStatus(given["status"])
        return cast("RequestChanges", given)


class RequestQuery(Page):
    """Which requests to list; `owner` is who answers them, `overdue` only those whose day is over."""

    status = Choice(*RequestStatus, load_default=None)
    conversation = ConversationKey(load_default=None)
    mine = Flag(load_default=False)
    owner = Identifier(load_default=None)
    overdue = Flag(load_default=False)

    @post_load
    def to_query(self, given: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Words become the domain's values."""
        return {**given, "status": RequestStatus(given["status"]) if given["status"] else None}


class EffectView(Schema):
    """What searches for the same terms and conversation say of it."""

    searches = fields.Integer(metadata={"description": "That found nothing before it was filled."})
    reps = fields.Integer()
    accounts = fields.Integer()
    again = fields.Integer(metadata={"description": "Searches for the same after it was filled."})
    again_found = fields.Integer(metadata={"description": "How many of those led to something."})
    days_to_fill = fields.Integer(
        allow_none=True, metadata={"description": "From the first search in vain to the asset."}
    )
    is_overdue = fields.Boolean()


class RequestView(Schema):
    """A request, who asked, who answers until when, and the answer."""

    id = fields.String()
    situation = fields.String()
    conversation = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    terms = fields.List(fields.String())
    status = fields.String()
    answer = fields.String(allow_none=True)
    asset = fields.String(attribute="asset_id", allow_none=True)
    asker = fields.Nested(
        PersonView,
        allow_none=True,
        metadata={"description": "Oneself; others only where PEOPLE_IN_REPORTS is named"},
    )
    owner = fields.Nested(PersonView, allow_none=True)
    due_on = fields.Date(allow_none=True)
    created_at = Instant()
    updated_at = Instant()
    filled_at = Instant(allow_none=True)
    effect = fields.Nested(EffectView)
