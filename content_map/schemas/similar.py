"""Assets like the one in hand."""

from __future__ import annotations

from marshmallow import Schema, fields

from content_map.schemas.asset_view import AssetView
from content_map.schemas.fields import Whole
from content_map.schemas.strict import Strict
from content_map.services.more_like import LIMIT, MOST


class SimilarQuery(Strict):
    """How many to give."""

    limit = Whole(1, MOST, error=f"Ask for 1 to {MOST} at once.", load_default=LIMIT)


class SimilarView(Schema):
    """An asset, and the names of the terms that it shares."""

    asset = fields.Nested(AssetView)
    shared = fields.List(fields.String())
