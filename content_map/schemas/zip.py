"""Which originals go into a zip."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load

from content_map.schemas.asset import LATEST_VERSION
from content_map.schemas.fields import Identifier, Whole
from content_map.schemas.strict import Strict

_NUMBER = "Versions are whole numbers from 1."


class ZipRequest(Strict):
    """The assets, and the version of each that is not the current one, by asset id."""

    ids = fields.List(Identifier(), required=True, error_messages={"required": "Choose the assets first."})
    versions = fields.Dict(
        keys=Identifier(),
        values=Whole(1, LATEST_VERSION, error=_NUMBER),
        load_default=dict,
        error_messages={"invalid": 'Write asset ids and version numbers, such as {"ID": 2}.'},
    )


class ZipQuery(Strict):
    """The same in an address: `ids` repeated; `versions` repeated as `ID:2`."""

    ids = fields.List(Identifier(), required=True, error_messages={"required": "Choose the assets first."})
    versions = fields.List(
        fields.String(
            validate=lambda text: _number_of(text) is not None,
            error_messages={"validator_failed": "Write an asset id and a version number, such as ID:2."},
        ),
        load_default=list,
    )

    @post_load
    def to_numbers(self, given: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Pairs become numbers by asset id."""
        pairs = [(text.rpartition(":")[0], _number_of(text)) for text in given["versions"]]
        return {**given, "versions": dict(pairs)}


def _number_of(text: str) -> int | None:
    asset_id, _, number = text.rpartition(":")
    is_one = asset_id and number.isascii() and number.isdecimal() and len(number) < 10 and int(number)
    return int(number) if is_one else None
