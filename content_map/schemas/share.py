"""Tracked links: what to share, what may change, and what became of them."""

from __future__ import annotations

from typing import Any, cast

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema

from content_map.domain.events import EVENT_NAME_CHARACTERS
from content_map.domain.shares import ASSETS_AT_MOST, ShareState
from content_map.schemas.asset_view import PersonView
from content_map.schemas.fields import ConversationKey, Flag, Identifier, Instant, Line
from content_map.schemas.strict import Page, Strict
from content_map.services.shares import LATEST, ShareChanges, ShareWish

PASSWORD_CHARACTERS = 1_000
LARGEST_VERSION = 2**31 - 1
_VERSION = "Write “latest”, or the number of a version."


class VersionChoice(fields.Field[int | None]):
    """`latest`, read as None, or a version's number."""

    def __init__(self, **given: Any) -> None:
        one_of = [{"const": LATEST}, {"type": "integer", "minimum": 1}]
        super().__init__(
            metadata={"anyOf": one_of}, error_messages={"null": _VERSION, "required": _VERSION}, **given
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **given: Any) -> int | None:  # noqa: ARG002
        if value == LATEST:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LARGEST_VERSION:
            raise ValidationError(_VERSION)
        return value

    def _serialize(self, value: int | None, attr: str | None, obj: Any, **given: Any) -> str | int:  # noqa: ARG002
        return LATEST if value is None else value


class ShareMake(Strict):
    """What to share with whom: `asset`, or several `assets`; `search` is the caller's own that led to them."""

    asset = Identifier()
    assets = fields.List(
        Identifier(),
        metadata={"minItems": 1, "maxItems": ASSETS_AT_MOST},
        error_messages={"invalid": "Send a list."},
    )
    account = Line(
        least=1,
        most=EVENT_NAME_CHARACTERS,
        required=True,
        metadata={"description": "A customer's name, or an account's id"},
    )
    version = VersionChoice(load_default=None, allow_none=False)
    expires_at = Instant(load_default=None)
    password = Line(least=1, most=PASSWORD_CHARACTERS, load_default=None, allow_none=True)
    conversation = ConversationKey(load_default=None)
    search = Identifier(load_default=None)

    @validates_schema(skip_on_field_errors=True)
    def one_or_several(self, given: dict[str, Any], **_options: Any) -> None:
        """Either way of naming what is shared, not both."""
        if ("asset" in given) == ("assets" in given):
            raise ValidationError({"asset": ["Name the asset, or several as assets; one of the two."]})

    @post_load
    def to_wish(self, given: dict[str, Any], **_options: Any) -> ShareWish:
        """Words become the service's value."""
        one = given.pop("asset", None)
        named = tuple(given.pop("assets", ()))
        return ShareWish(assets=(one,) if one is not None else named, **given)


class ShareChange(Strict):
    """What may change; `revoked` false opens it again, a null password takes the password away."""

    expires_at = Instant()
    revoked = Flag()
    password = Line(least=1, most=PASSWORD_CHARACTERS, allow_none=True)
    version = VersionChoice()

    @post_load
    def to_changes(self, given: dict[str, Any], **_options: Any) -> ShareChanges:
        """Words become the service's value."""
        return cast("ShareChanges", given)


class ShareQuery(Page):
    """Which shares to list: one's own, or `everybodys` for an admin."""

    asset = Identifier(load_default=None)
    everybodys = Flag(load_default=False)


class SharedAccountView(Schema):
    """Whom it is for."""

    id = fields.String()
    name = fields.String()


class SharedAssetView(Schema):
    """What it holds; without a title where the caller may not know of the asset any more."""

    id = fields.String()
    title = fields.String(allow_none=True)
    is_open = fields.Boolean(metadata={"description": "Whether customers reach it now"})


class ShareView(Schema):
    """A share as it stands; its link is shown when it is made and never again."""

    id = fields.String()
    account = fields.Nested(SharedAccountView)
    assets = fields.List(fields.Nested(SharedAssetView))
    version = VersionChoice()
    expires_at = Instant()
    has_password = fields.Boolean()
    state = fields.String(metadata={"enum": [state.value for state in ShareState]})
    maker = fields.Nested(PersonView)
    made_at = Instant()
    revoked_at = Instant(allow_none=True)
    views = fields.Integer(metadata={"description": "By customers, once per asset and half-hour"})
    last_viewed_at = Instant(allow_none=True)


class MadeShareView(ShareView):
    """A new share with its link: in this answer alone, and null when the request is repeated."""

    url = fields.String(allow_none=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Take the link from beside the share it opens."""
        shown, url = obj
        return url if attr == "url" else super().get_attribute(shown, attr, default)
