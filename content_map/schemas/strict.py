"""The forms that outside data may have: nothing unknown, nothing twice; and lists, given a part at a time."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load

from content_map.schemas.fields import Line, Whole

MOST_AT_ONCE = 200
CURSOR_CHARACTERS = 2_000


class Strict(Schema):
    """A schema of what comes in: an unknown field is an error with a sentence."""

    class Meta:
        unknown = RAISE

    error_messages = {  # noqa: RUF012 - marshmallow's own name and shape
        "unknown": "There is no field of this name here, or it cannot be set.",
        "type": "Send an object with named fields.",
    }

    @pre_load
    def refuse_twice(self, data: Any, **_given: Any) -> Any:
        """A form or an address can name a field twice; only a list may be given so."""
        if hasattr(data, "getlist"):
            single = {name for name, field in self.fields.items() if not isinstance(field, fields.List)}
            twice = [name for name in single.intersection(data) if len(data.getlist(name)) > 1]
            if twice:
                raise ValidationError({name: [self.said_twice(name)] for name in sorted(twice)})
        return data

    def said_twice(self, name: str) -> str:  # noqa: ARG002 - for schemas with a sentence of their own
        """The sentence about a field that was named twice."""
        return "This was given more than once. Give it once."


class Page(Strict):
    """How much of a list to give, and where to go on."""

    limit = Whole(1, MOST_AT_ONCE, load_default=50, error=f"Ask for 1 to {MOST_AT_ONCE} at once.")
    cursor = Line(most=CURSOR_CHARACTERS, load_default=None)


def list_of(item: type[Schema]) -> Schema:
    """The schema of a list's part: `items`, and `next`, the cursor of the part after it."""
    named: dict[str, fields.Field[Any]] = {
        "items": fields.List(fields.Nested(item)),
        "next": fields.String(allow_none=True),
    }
    return Schema.from_dict(named, name=f"{item.__name__.removesuffix('View')}List")()
