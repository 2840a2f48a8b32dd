"""The five conversations, and the facets with their terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from content_map.domain.conversations import CONVERSATIONS, Conversation
from content_map.domain.vocabulary import ALIAS_CHARACTERS, TERM_KEY_CHARACTERS, TERM_NAME_CHARACTERS
from content_map.domain.vocabulary_rows import ALIASES_AT_MOST
from content_map.models import Facet, Term
from content_map.schemas.fields import Flag, Line, TermKey
from content_map.schemas.imports import Rejected
from content_map.schemas.strict import Strict

FACET_CHARACTERS = 40


def _aliases(**given: Any) -> fields.List[str]:
    most = validate.Length(max=ALIASES_AT_MOST, error=f"At most {ALIASES_AT_MOST} aliases.")
    return fields.List(Line(least=1, most=ALIAS_CHARACTERS), validate=most, **given)


class TermAdd(Strict):
    """A new term; without a key one is made of the name."""

    facet = Line(least=1, most=FACET_CHARACTERS, required=True)
    name = Line(least=1, most=TERM_NAME_CHARACTERS, required=True)
    key = Line(least=1, most=TERM_KEY_CHARACTERS, load_default=None, allow_none=True)
    aliases = _aliases(load_default=list)


class TermChange(Strict):
    """A new name, other aliases, or whether it is retired; facet and key stay."""

    name = Line(least=1, most=TERM_NAME_CHARACTERS)
    aliases = _aliases()
    retired = Flag()


class TermMerge(Strict):
    """The term that stays, by id or as `facet:term`."""

    into = TermKey(required=True)


class TermView(Schema):
    """A term; every address takes its id, and `facet:key` as well."""

    id = fields.String()
    facet = fields.String()
    key = fields.String()
    name = fields.String()
    aliases = fields.List(fields.String())
    retired = fields.Boolean()


class UsedTermView(Schema):
    """A term as the vocabulary lists it; `uses` counts the assets that carry it."""

    key = fields.String()
    name = fields.String()
    aliases = fields.List(fields.String())
    uses = fields.Integer()


class FacetView(Schema):
    """One kind of detail that a situation has."""

    key = fields.String()
    name = fields.String()
    terms = fields.List(fields.Nested(UsedTermView))


class ConversationView(Schema):
    """One of the five; `asset_count` counts its live assets."""

    number = fields.Integer()
    key = fields.String()
    name = fields.String()
    when = fields.String()
    outcome = fields.String()
    asset_count = fields.Integer()


class VocabularyImportedView(Schema):
    """What an import did, or would do."""

    created = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    rejected = Rejected()


def term_shown(term: Term) -> dict[str, Any]:
    """Describe a term; its aliases are loaded on the way."""
    return {
        "id": term.id,
        "facet": term.facet_key,
        "key": term.key,
        "name": term.name,
        "aliases": sorted(alias.alias for alias in term.aliases),
        "retired": term.retired_at is not None,
    }


def facets_shown(facets: Sequence[Facet], uses: Mapping[str, int]) -> list[dict[str, Any]]:
    """Put the counts to the terms; retired terms are not shown."""
    return [
        {
            "key": facet.key,
            "name": facet.name,
            "terms": [
                {
                    "key": term.key,
                    "name": term.name,
                    "aliases": [alias.alias for alias in term.aliases],
                    "uses": uses.get(term.id, 0),
                }
                for term in facet.terms
                if term.retired_at is None
            ],
        }
        for facet in facets
    ]


def conversations_shown(counts: Mapping[Conversation, int]) -> list[dict[str, Any]]:
    """Describe the five in order, with their counts."""
    return [
        {
            "number": each.number,
            "key": each.key,
            "name": each.name,
            "when": each.when,
            "outcome": each.outcome,
            "asset_count": counts[each.key],
        }
        for each in CONVERSATIONS
    ]
