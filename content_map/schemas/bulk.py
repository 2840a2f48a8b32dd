"""One change of many assets coming in; what it did, or would do, going out."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from content_map.domain.bulk import ASSETS_AT_MOST, Tally
from content_map.schemas.asset import TERMS_AT_MOST, AssetChange
from content_map.schemas.asset_filter import AssetFilter
from content_map.schemas.fields import Flag, Identifier, Instant, TermKey, Whole
from content_map.schemas.strict import Strict
from content_map.services.bulk import Edit, Outcome, Selection

_SELECT = "Say which assets: either ids, or a filter."


def _terms() -> fields.List[str]:
    most = validate.Length(max=TERMS_AT_MOST, error=f"At most {TERMS_AT_MOST} terms.")
    return fields.List(TermKey(), load_default=list, validate=most)


class BulkChange(Strict):
    """Which assets, and what to do to each; a field that is not named stays as it is, null clears it.

    In `set`, a part of the guide that is not named stays too.
    """

    ids = fields.List(
        Identifier(),
        validate=validate.Length(1, ASSETS_AT_MOST, error=f"Name 1 to {ASSETS_AT_MOST:,} assets."),
    )
    filter = fields.Nested(AssetFilter)
    set = fields.Nested(AssetChange, load_default=dict)
    add_terms = _terms()
    remove_terms = _terms()
    dry_run = Flag(load_default=False)
    skip_refused = Flag(load_default=False)
    expected = Whole(
        0,
        ASSETS_AT_MOST,
        error=f"Write a number from 0 to {ASSETS_AT_MOST}.",
        load_default=None,
        metadata={"description": "How many the filter held when you looked; another number refuses the act"},
    )

    @validates_schema
    def check_selection(self, given: dict[str, Any], **_options: Any) -> None:
        """One way of choosing, not two and not none."""
        if ("ids" in given) == ("filter" in given):
            raise ValidationError(_SELECT, "ids")

    @post_load
    def to_act(self, given: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """The selection and the edit, beside the two switches."""
        return {
            "selection": Selection(tuple(given.get("ids", ())), given.get("filter"), given["expected"]),
            "edit": Edit(given["set"], tuple(given["add_terms"]), tuple(given["remove_terms"])),
            "dry_run": given["dry_run"],
            "skip_refused": given["skip_refused"],
        }


class NoFields(Strict):
    """Nothing is taken: the address says it all."""


class RefusalView(Schema):
    """An asset that cannot have the change, and why."""

    id = fields.String()
    title = fields.String()
    detail = fields.String()


class DifferenceView(Schema):
    """One field; parts of the guide are `guide.minutes` and so on."""

    field = fields.String()
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)


class ChangingView(Schema):
    """What would differ in one asset."""

    id = fields.String()
    title = fields.String()
    changes = fields.List(fields.Nested(DifferenceView))


class ValueCountView(Schema):
    """How many assets go from one value to another; of terms one at a time, null for none."""

    before = fields.String(allow_none=True)
    after = fields.String(allow_none=True)
    assets = fields.Integer()


class FieldCountView(Schema):
    """How many assets change in a field."""

    field = fields.String()
    assets = fields.Integer()
    values = fields.List(fields.Nested(ValueCountView))


class PreviewView(Schema):
    """What a dry run found: counts by field, and the first assets in full."""

    fields_ = fields.List(fields.Nested(FieldCountView), data_key="fields", attribute="fields")
    assets = fields.List(fields.Nested(ChangingView))


class BulkView(Schema):
    """How it went. `undo` is the token for ten minutes, null when nothing changed; `preview` only of a dry run."""

    changed = fields.Integer()
    unchanged = fields.Integer()
    refused = fields.List(fields.Nested(RefusalView))
    undo = fields.String(allow_none=True)
    expires_at = Instant(allow_none=True)
    preview = fields.Nested(PreviewView, allow_none=True, dump_default=None)


def previewed(outcome: Outcome) -> dict[str, Any]:
    """Put a dry run's outcome into the shape of its view."""
    return {
        "changed": outcome.changed,
        "unchanged": outcome.unchanged,
        "refused": outcome.refused,
        "undo": None,
        "expires_at": None,
        "preview": {
            "fields": _counted(outcome.tally),
            "assets": [
                {
                    "id": each.id,
                    "title": each.title,
                    "changes": [
                        {"field": name, "before": pair[0], "after": pair[1]}
                        for name, pair in each.difference.items()
                    ],
                }
                for each in outcome.listed
            ],
        },
    }


def _counted(tally: Tally) -> list[dict[str, Any]]:
    return [
        {
            "field": name,
            "assets": assets,
            "values": [
                {"before": before, "after": after, "assets": number}
                for (before, after), number in tally.values[name].most_common()
            ],
        }
        for name, assets in tally.fields.items()
    ]


class KeptView(Schema):
    """A field that stays as it is, and why."""

    id = fields.String()
    title = fields.String()
    field = fields.String()
    detail = fields.String()


class UndoneView(Schema):
    """How many assets went back, and what somebody changed since and so stays."""

    restored = fields.Integer()
    kept = fields.List(fields.Nested(KeptView))
