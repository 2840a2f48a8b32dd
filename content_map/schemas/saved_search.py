"""Situations that a person keeps."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema

from content_map.domain.accounts import ACCOUNT_NAME_CHARACTERS
from content_map.domain.situations import SITUATION_CHARACTERS, Situation
from content_map.schemas.fields import ConversationKey, Flag, Identifier, Instant, Line
from content_map.schemas.situation import term_list
from content_map.schemas.strict import Strict
from content_map.services.saved_searches import NAME_CHARACTERS

_OF_A_SITUATION = ("situation", "account", "conversation", "prefer", "term", "require", "ignore")


class SavedSearchAdd(Strict):
    """What to keep: the situation of one's own `search`, or one given here; without a name its first words."""

    name = Line(least=1, most=NAME_CHARACTERS, load_default=None, allow_none=True)
    search = Identifier(load_default=None, allow_none=True)
    situation = Line(most=SITUATION_CHARACTERS)
    account = Line(least=1, most=ACCOUNT_NAME_CHARACTERS, allow_none=True)
    conversation = ConversationKey(allow_none=True)
    prefer = ConversationKey(allow_none=True)
    term = term_list()
    require = term_list()
    ignore = term_list()

    @validates_schema
    def check_one_way(self, given: dict[str, Any], **_options: Any) -> None:
        """A search brings its situation along."""
        if given["search"] is not None and any(given.get(name) for name in _OF_A_SITUATION):
            raise ValidationError("Name a search, or describe a situation: not both.", "search")

    @post_load
    def to_wish(self, given: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """The situation, beside the search and the name."""
        situation = Situation(
            text=given.get("situation", ""),
            account=given.get("account"),
            conversation=given.get("conversation"),
            prefer=given.get("prefer"),
            terms=tuple(given["term"]),
            require=tuple(given["require"]),
            ignore=tuple(given["ignore"]),
        )
        return {"situation": situation, "search": given["search"], "name": given["name"]}


class SavedSearchChange(Strict):
    """A new name, and whether to be told of new matches."""

    name = Line(least=1, most=NAME_CHARACTERS)
    alerts = Flag()


class NewMatchView(Schema):
    """An asset that came since, and when its finder was told."""

    asset = fields.String()
    title = fields.String()
    told_at = Instant()


class SavedSearchView(Schema):
    """A kept situation, as it is asked again, and the latest new matches that are still live."""

    id = fields.String()
    name = fields.String()
    situation = fields.String(attribute="situation.text")
    account = fields.String(allow_none=True, metadata={"description": "The customer's name"})
    conversation = fields.String(attribute="situation.conversation", allow_none=True)
    prefer = fields.String(attribute="situation.prefer", allow_none=True)
    term = fields.List(fields.String(), attribute="situation.terms")
    require = fields.List(fields.String(), attribute="situation.require")
    ignore = fields.List(fields.String(), attribute="situation.ignore")
    alerts = fields.Boolean()
    saved_at = Instant()
    looked_at = Instant(allow_none=True)
    matches = fields.List(fields.Nested(NewMatchView))
