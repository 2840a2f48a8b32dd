"""Situations coming in and what was found for them going out."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from content_map.domain.accounts import ACCOUNT_NAME_CHARACTERS
from content_map.domain.conversations import Conversation
from content_map.domain.denying import AS_WRITTEN
from content_map.domain.situations import SITUATION_CHARACTERS, Situation
from content_map.domain.vocabulary import Facet
from content_map.schemas.asset_view import AssetView
from content_map.schemas.fields import ConversationKey, Flag, Line, TermKey, Whole
from content_map.schemas.strict import CURSOR_CHARACTERS, Strict
from content_map.schemas.synonym import SynonymMetView
from content_map.services.answers import Found
from content_map.services.finding import LIMIT, MOST

TERMS_AT_MOST = 50


def term_list() -> fields.List[str]:
    """A list of terms as `facet:term`, none when it is missing."""
    most = validate.Length(max=TERMS_AT_MOST, error=f"At most {TERMS_AT_MOST} terms.")
    return fields.List(TermKey(), load_default=list, validate=most)


class SituationAsk(Strict):
    """What a rep knows of a customer. A cursor asks for the next part of a search that was stored.

    `explore` lets now and then one place go to what fits and was rarely shown; our own pages ask for it.
    """

    situation = Line(most=SITUATION_CHARACTERS, load_default="")
    draft = Flag(load_default=False)
    explore = Flag(
        load_default=False,
        metadata={"description": "Now and then give one place to what fits and was rarely shown so far"},
    )
    account = Line(least=1, most=ACCOUNT_NAME_CHARACTERS, load_default=None, allow_none=True)
    conversation = ConversationKey(load_default=None, allow_none=True)
    prefer = ConversationKey(load_default=None, allow_none=True)
    term = term_list()
    require = term_list()
    ignore = term_list()
    limit = Whole(1, MOST, error=f"Ask for 1 to {MOST} at once.", load_default=LIMIT)
    cursor = Line(most=CURSOR_CHARACTERS, load_default=None, allow_none=True)

    @post_load
    def to_situation(self, given: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """The situation, beside the limit, the cursor and the wish to explore."""
        situation = Situation(
            text=given["situation"],
            account=given["account"],
            conversation=given["conversation"],
            prefer=given["prefer"],
            terms=tuple(given["term"]),
            require=tuple(given["require"]),
            ignore=tuple(given["ignore"]),
            draft=given["draft"],
        )
        beside = {name: given[name] for name in ("limit", "cursor", "explore")}
        return {"situation": situation, **beside}


class RecognisedView(Schema):
    """A term that was read in the words; `term` is null for a competitor nobody put into the vocabulary."""

    facet = fields.String()
    term = fields.String(allow_none=True)
    name = fields.String()
    words = fields.String()
    ignore = fields.String(
        attribute="handle", metadata={"description": "what `ignore` takes to leave it out"}
    )
    read_as = fields.String(
        metadata={"description": "exact, stem, typo (the words were put right), pattern, chosen"}
    )
    negated = fields.Boolean()


class ReadAsView(Schema):
    """The conversation the words speak for, and how surely."""

    key = fields.String(allow_none=True)
    confidence = fields.Float()
    because = fields.List(fields.String())


class TermCountView(Schema):
    """How many of the results carry a term."""

    term = fields.String()
    count = fields.Integer()


class FacetCountView(Schema):
    """A facet's terms among the results, the most frequent first."""

    facet = fields.String()
    terms = fields.List(fields.Nested(TermCountView))


class PassageView(Schema):
    """Words of a page that answer: escaped text with `<mark>` only."""

    page = fields.Integer()
    label = fields.String()
    html = fields.String()


class HitView(Schema):
    """One result with its reasons."""

    rank = fields.Integer()
    asset = fields.Nested(AssetView)
    score = fields.Float()
    passages = fields.List(fields.Nested(PassageView))
    why = fields.List(fields.String(), metadata={"description": "the most telling first"})
    copies = fields.List(
        fields.Pluck(AssetView, "id"),
        attribute="folded",
        metadata={"description": "near-copies of it that are found too, and not listed"},
    )
    explored = fields.Boolean(attribute="is_explored")


class ElsewhereView(Schema):
    """An asset of another conversation that several people used in the one that is shown; only how many."""

    asset = fields.Nested(AssetView)
    reps = fields.Integer()


class WithoutView(Schema):
    """How many results there would be without one detail; `term` is what `ignore` takes to leave it out."""

    term = fields.String(attribute="chip.handle")
    name = fields.String(attribute="chip.name")
    total = fields.Integer()


class FoundView(Schema):
    """The answer to a situation; `id` is null for a draft, which is not stored.

    `notice` is a sentence when the answer is less than it should be; `synonyms` joined the written words;
    `elsewhere`, asked for one conversation, are assets of others that 3 or more reps used in it.
    """

    id = fields.String(allow_none=True)
    next = fields.String(allow_none=True)
    total = fields.Integer()
    took_ms = fields.Function(lambda found: round(found.took_ms, 1), metadata={"type": "number"})
    did_you_mean = fields.String(
        attribute="reading.did_you_mean",
        allow_none=True,
        metadata={
            "description": f"The words put right, as they were read; `ignore={AS_WRITTEN}` has them read as written"
        },
    )
    recognised = fields.List(fields.Nested(RecognisedView), attribute="chips")
    conversation = fields.Nested(ReadAsView)
    facets = fields.List(fields.Nested(FacetCountView))
    by_conversation = fields.Dict(keys=fields.String(), values=fields.Integer())
    hits = fields.List(fields.Nested(HitView))
    without = fields.List(fields.Nested(WithoutView))
    elsewhere = fields.List(fields.Nested(ElsewhereView))
    synonyms = fields.List(fields.Nested(SynonymMetView))
    notice = fields.String(allow_none=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Take what the contract shapes otherwise than the service does."""
        match attr:
            case "conversation":
                reading = obj.reading
                return {
                    "key": reading.conversation,
                    "confidence": reading.confidence,
                    "because": reading.because,
                }
            case "facets":
                return facet_counts(obj)
            case "by_conversation":
                return {key.value: obj.by_conversation[key] for key in Conversation}
            case _:
                return super().get_attribute(obj, attr, default)


def facet_counts(found: Found) -> list[dict[str, Any]]:
    """Group the counts of `facet:term` by facet, in the order of the facets."""
    grouped: dict[str, dict[str, int]] = {facet.value: {} for facet in Facet}
    for ref, count in found.by_term.items():
        facet, _, term = ref.partition(":")
        grouped.setdefault(facet, {})[term] = count
    return [
        {
            "facet": facet,
            "terms": [
                {"term": term, "count": count}
                for term, count in sorted(terms.items(), key=lambda each: (-each[1], each[0]))
            ],
        }
        for facet, terms in grouped.items()
        if terms
    ]


class PrefixQuery(Strict):
    """The letters somebody typed so far."""

    prefix = Line(most=SITUATION_CHARACTERS, load_default="")


class SuggestedView(Schema):
    """A way to go on: a term, the title of an asset, or a situation of one's own."""

    kind = fields.String()
    text = fields.String()
    words = fields.String(
        metadata={"description": "What the typing goes on to say: of a term its name or alias"}
    )
    term = fields.String(allow_none=True)
    asset = fields.String(allow_none=True)
