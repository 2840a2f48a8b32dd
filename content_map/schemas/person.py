"""People, their tokens, and what the audit trail says of them."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load

from content_map.domain.people import Role
from content_map.schemas.fields import Choice, Flag, Identifier, Instant, Line
from content_map.schemas.strict import Strict

EMAIL_CHARACTERS = 320
NAME_CHARACTERS = 200


class UserChange(Strict):
    """What an admin may change; an empty team takes the person out of the team.

    `new_owner` (a user id) takes over the assets of a person who leaves, and must be named then.
    """

    name = Line(least=1, most=NAME_CHARACTERS)
    role = Choice(*Role)
    team = Line(most=NAME_CHARACTERS, allow_none=True)
    is_active = Flag()
    new_owner = Identifier()

    @post_load
    def to_change(self, given: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Words become the domain's values."""
        change = dict(given)
        if "role" in change:
            change["role"] = Role(change["role"])
        if "team" in change:
            change["team"] = (change["team"] or "").strip()
        return change


class UserAdd(Strict):
    """A new person; the answer holds the link with which they choose a password."""

    email = Line(least=3, most=EMAIL_CHARACTERS, required=True)
    role = Choice(*Role, required=True)
    name = Line(least=1, most=NAME_CHARACTERS, load_default=None)
    team = Line(most=NAME_CHARACTERS, load_default=None, allow_none=True)

    @post_load
    def to_person(self, given: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Words become the domain's values."""
        return {**given, "role": Role(given["role"]), "team": (given["team"] or "").strip() or None}


class MeView(Schema):
    """Who asks."""

    id = fields.String()
    email = fields.String()
    name = fields.String()
    role = fields.String()
    team = fields.String(attribute="team.name", dump_default=None, allow_none=True)


class UserView(MeView):
    """A person as admins see them."""

    is_active = fields.Boolean()
    created_at = Instant()


class _WithSecret(Schema):
    """What is shown together with a secret; dumped from the pair of both."""

    shown_once = ""

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Take the secret from beside the thing it belongs to."""
        shown, secret = obj
        return secret if attr == self.shown_once else super().get_attribute(shown, attr, default)


class InvitedView(_WithSecret, UserView):
    """A new person, and the link to give them: it is shown once, works once, and ends after seven days."""

    shown_once = "link"
    link = fields.String(allow_none=True)


class TokenAdd(Strict):
    """What the token is for."""

    name = Line(least=1, most=NAME_CHARACTERS, required=True)


class TokenView(Schema):
    """A key for the API, without its secret."""

    id = fields.String()
    name = fields.String()
    created_at = Instant()
    last_used_at = Instant(allow_none=True)


class NewTokenView(_WithSecret, TokenView):
    """A new key; its secret is shown once."""

    shown_once = "token"
    token = fields.String(allow_none=True)


class TokenOwnerView(Schema):
    """Whose token it is."""

    id = fields.String()
    name = fields.String()
    email = fields.String()


class OwnedTokenView(TokenView):
    """A token as admins see it."""

    user = fields.Nested(TokenOwnerView)


class AuditEntryView(Schema):
    """One act; `actor` is null for a command on the machine itself."""

    number = fields.Integer()
    at = Instant()
    actor = fields.String(attribute="actor_id", allow_none=True)
    action = fields.String()
    noun = fields.String()
    noun_id = fields.String()
    changes = fields.Dict(keys=fields.String())
