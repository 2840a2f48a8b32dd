"""Assets going out: as the library lists them, their versions, pages and suggestions."""

from __future__ import annotations

from marshmallow import Schema, fields

from content_map.models import Asset
from content_map.schemas.fields import Instant


class PersonView(Schema):
    """Somebody, by name."""

    id = fields.String()
    name = fields.String()


class GuideView(Schema):
    """All six parts, null where nothing was written."""

    when_to_use = fields.String(allow_none=True, dump_default=None)
    say_first = fields.String(allow_none=True, dump_default=None)
    ask_next = fields.String(allow_none=True, dump_default=None)
    do_not = fields.String(allow_none=True, dump_default=None)
    may_change = fields.String(allow_none=True, dump_default=None)
    minutes = fields.Integer(allow_none=True, dump_default=None)


class AssetView(Schema):
    """An asset with what its current version says of itself."""

    id = fields.String()
    external_id = fields.String(allow_none=True)
    title = fields.String()
    summary = fields.String(allow_none=True)
    conversation = fields.String(allow_none=True)
    status = fields.String()
    state = fields.String(attribute="current.state")
    kind = fields.String(attribute="current.kind")
    media_type = fields.String(attribute="current.media_type")
    size_bytes = fields.Integer(attribute="current.size_bytes")
    page_count = fields.Integer(attribute="current.page_count", allow_none=True)
    version = fields.Integer(attribute="version_number")
    owner = fields.Nested(PersonView)
    terms = fields.Function(
        lambda asset: terms_of(asset), metadata={"type": "array", "items": {"type": "string"}}
    )
    guide = fields.Nested(GuideView)
    audience = fields.String()
    publish_at = Instant(allow_none=True)
    expires_at = Instant(allow_none=True)
    review_by = fields.Date(allow_none=True)
    successor = fields.String(attribute="successor_id", allow_none=True)
    created_at = Instant()
    updated_at = Instant()
    problem = fields.String(attribute="current.problem", allow_none=True)


def terms_of(asset: Asset) -> list[str]:
    """The tags as `facet:term`, in order."""
    return sorted(tag.term.full_key for tag in asset.terms)


class PageView(Schema):
    """A page's words."""

    number = fields.Integer()
    label = fields.String()
    text = fields.String()


class SuggestionView(Schema):
    """A tag the machine would set, with its evidence; `facet` may be `conversation`."""

    id = fields.String()
    facet = fields.String(attribute="facet_key")
    value = fields.String()
    confidence = fields.Float()
    evidence = fields.Dict(keys=fields.String())
    state = fields.String()
