"""Synonyms coming in and going out."""

from __future__ import annotations

from marshmallow import Schema, fields

from content_map.domain.synonyms import SYNONYM_CHARACTERS
from content_map.schemas.fields import Flag, Line
from content_map.schemas.strict import Strict


class SynonymAdd(Strict):
    """Who writes `said` is shown what says `means` too; and the other way round unless told otherwise."""

    said = Line(least=1, most=SYNONYM_CHARACTERS, required=True)
    means = Line(least=1, most=SYNONYM_CHARACTERS, required=True)
    both_ways = Flag(load_default=True)


class SynonymChange(Strict):
    """Whether it counts both ways; for other words, remove it and add another."""

    both_ways = Flag(required=True)


class SynonymView(Schema):
    """A pair of words."""

    id = fields.String()
    said = fields.String()
    means = fields.String()
    both_ways = fields.Boolean()


class SynonymMetView(Schema):
    """A synonym that joined in a search: as it was written, and what was looked for as well."""

    said = fields.String()
    means = fields.String()
