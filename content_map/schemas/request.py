"""Content asked for."""

from __future__ import annotations

from typing import Any, cast

from marshmallow import Schema, fields, post_load

from content_map.schemas.asset_view import PersonView
from content_map.schemas.fields import Choice, ConversationKey, Flag, Identifier, Instant, Line
from content_map.schemas.strict import Page, Strict
from content_map.services.requests import WORDS_AT_MOST, RequestChanges, RequestStatus


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

    @post_load
    def to_changes(self, given: dict[str, Any], **_options: Any) -> RequestChanges:
        """Words become the domain's values."""
        if "status" in given:
            given["status"] = RequestStatus(given["status"])
        return cast("RequestChanges", given)


class RequestQuery(Page):
    """Which requests to list."""

    status = Choice(*RequestStatus, load_default=None)
    conversation = ConversationKey(load_default=None)
    mine = Flag(load_default=False)

    @post_load
    def to_query(self, given: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Words become the domain's values."""
        return {**given, "status": RequestStatus(given["status"]) if given["status"] else None}


class RequestView(Schema):
    """A request, who asked, and the answer."""

    id = fields.String()
    situation = fields.String()
    conversation = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    status = fields.String()
    answer = fields.String(allow_none=True)
    asset = fields.String(attribute="asset_id", allow_none=True)
    asker = fields.Nested(PersonView)
    created_at = Instant()
    updated_at = Instant()
