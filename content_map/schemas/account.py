"""Customer companies in and out."""

from __future__ import annotations

from marshmallow import Schema, fields

from content_map.domain.accounts import ACCOUNT_NAME_CHARACTERS
from content_map.schemas.fields import Identifier, Line
from content_map.schemas.imports import Rejected
from content_map.schemas.strict import Page, Strict

EXTERNAL_ID_CHARACTERS = 200
SIDE_CHARACTERS = 80


class AccountChange(Strict):
    """The settable fields; a missing one is left alone, null clears it."""

    name = Line(least=1, most=ACCOUNT_NAME_CHARACTERS)
    external_id = Line(most=EXTERNAL_ID_CHARACTERS, allow_none=True)
    industry = Line(most=SIDE_CHARACTERS, allow_none=True)
    size = Line(most=SIDE_CHARACTERS, allow_none=True)
    owner = Identifier(allow_none=True)


class AccountAdd(AccountChange):
    """A new account needs its name."""

    name = Line(least=1, most=ACCOUNT_NAME_CHARACTERS, required=True)


class AccountMerge(Strict):
    """The account that stays."""

    into = Identifier(required=True)


class AccountQuery(Page):
    """Which accounts to list."""

    prefix = Line(most=ACCOUNT_NAME_CHARACTERS, load_default="")


class AccountView(Schema):
    """A customer company; `owner` is a user's id."""

    id = fields.String()
    external_id = fields.String(allow_none=True)
    name = fields.String()
    industry = fields.String(allow_none=True)
    size = fields.String(allow_none=True)
    owner = fields.String(attribute="owner_id", allow_none=True)


class AccountsImportedView(Schema):
    """What an import did, or would do."""

    created = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    rejected = Rejected()
