"""Suggestions for many assets: which to take, what that did, and how often people agree with them."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from content_map.domain.bulk import ASSETS_AT_MOST
from content_map.domain.tagging import PRESELECT_FROM
from content_map.schemas.asset_filter import AssetFilter
from content_map.schemas.fields import Flag, Identifier, Instant, Whole
from content_map.schemas.strict import Strict
from content_map.services.accepting import Wish
from content_map.services.bulk import Selection

_BETWEEN = "Write a number from 0 to 1."


class AcceptMany(Strict):
    """Which assets, by id or by filter, and which of their open suggestions to take."""

    ids = fields.List(
        Identifier(),
        validate=validate.Length(1, ASSETS_AT_MOST, error=f"Name 1 to {ASSETS_AT_MOST:,} assets."),
    )
    filter = fields.Nested(AssetFilter)
    expected = Whole(
        0,
        ASSETS_AT_MOST,
        error=f"Write a number from 0 to {ASSETS_AT_MOST}.",
        load_default=None,
        metadata={"description": "How many the filter held when you looked; another number refuses the act"},
    )
    conversation = Flag(load_default=True)
    terms = Flag(load_default=True)
    min_confidence = fields.Float(
        load_default=PRESELECT_FROM,
        allow_nan=False,
        validate=validate.Range(0, 1, error=_BETWEEN),
        error_messages={"invalid": _BETWEEN, "null": _BETWEEN, "special": _BETWEEN},
    )
    dry_run = Flag(load_default=False)

    @validates_schema
    def check_selection(self, given: dict[str, Any], **_options: Any) -> None:
        """One way of choosing, not two and not none."""
        if ("ids" in given) == ("filter" in given):
            raise ValidationError("Say which assets: either ids, or a filter.", "ids")

    @post_load
    def to_act(self, given: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """The selection and the wish, beside the switch."""
        return {
            "selection": Selection(tuple(given.get("ids", ())), given.get("filter"), given["expected"]),
            "wish": Wish(given["conversation"], given["terms"], given["min_confidence"]),
            "dry_run": given["dry_run"],
        }


class TakenView(Schema):
    """What an asset gets."""

    id = fields.String()
    title = fields.String()
    conversation = fields.String(allow_none=True)
    terms = fields.List(fields.String())


class AcceptedView(Schema):
    """How it went, with the first assets in full. `undo` is the token for ten minutes, null when nothing changed."""

    changed = fields.Integer()
    conversations = fields.Integer()
    terms = fields.Integer()
    assets = fields.List(fields.Nested(TakenView), attribute="listed")
    undo = fields.String(allow_none=True)
    expires_at = Instant(allow_none=True)


class AgreementView(Schema):
    """A facet's suggestions, or the conversation's: waiting, taken and dismissed."""

    facet = fields.String()
    offered = fields.Integer()
    open = fields.Integer()
    accepted = fields.Integer()
    dismissed = fields.Integer()
