"""Who holds an old version, as far as it may be said."""

from __future__ import annotations

from marshmallow import Schema, fields

from content_map.schemas.fields import Instant
from content_map.schemas.strict import Strict


class HoldingView(Schema):
    """A holder's newest copy, and when it was last taken."""

    id = fields.String()
    name = fields.String()
    version = fields.Integer()
    label = fields.String()
    at = Instant()


class PersonHoldingView(HoldingView):
    """A person's newest copy."""

    team = fields.String(allow_none=True)


class HoldersView(Schema):
    """Who holds nothing newer than an old version. `people` is null for one to four, `teams` and `persons` are
    empty unless PEOPLE_IN_REPORTS allows them."""

    version = fields.Integer()
    label = fields.String()
    people = fields.Integer(allow_none=True)
    accounts = fields.List(fields.Nested(HoldingView))
    teams = fields.List(fields.Nested(HoldingView))
    persons = fields.List(fields.Nested(PersonHoldingView))


class Nothing(Strict):
    """An act that needs no word more."""


class ToldView(Schema):
    """For how many a message was left; null for one to four."""

    told = fields.Integer(allow_none=True)
