"""From what was read in a situation to points for the search engine: soft but strong, and all of it additive.

S = T + 1.5 F + .6 C + .5 U, as search.md gives it: T the words' own evidence in 0..1, F the terms met, C the
conversation, U what use taught; and a little for what is new, a little off for what nobody reviewed in time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from content_map.domain.situations import ReadAs, Reading, Recognised, Situation, chips_for
from content_map.domain.vocabulary import Facet, Vocabulary


class Part(StrEnum):
    """A part of the ranking that can be left out, to see what it is worth; the words themselves cannot."""

    OTHER_WORDS = "other words"
    SYNONYMS = "synonyms"
    TERMS = "terms"
    SUGGESTED = "suggested terms"
    OTHERWISE = "tagged otherwise"
    CONVERSATION = "conversation"
    USE = "use"
    RECENCY = "recency"
    MEANING = "meaning"
    FOLDING = "folding"


@dataclass(frozen=True, slots=True)
class Constants:
    """The ranking's constants in one place; search.md tells where the defaults come from."""

    parts: frozenset[Part] = frozenset(Part)
    facet_weights: Mapping[Facet, float] = field(
        default_factory=lambda: {
            Facet.INDUSTRY: 2.0,
            Facet.COMPETITOR: 2.0,
            Facet.PAIN: 1.6,
            Facet.FUNCTION: 1.2,
            Facet.GOAL: 1.2,
            Facet.PRODUCT: 1.0,
            Facet.REGION: 0.5,
            Facet.SENIORITY: 0.4,
            Facet.SIZE: 0.4,
        }
    )
    terms: float = 1.5
    least_weight_sum: float = 2.0
    # What a machine found in the words adds little to them. On three judged collections (scripts/bench/relevance)
    # .6 of a tag's worth cost .011, .049 and .031 of nDCG, .15 of the sure ones nothing; as a tie-break it helps.
    suggested: float = 0.15
    negated: float = -0.3
    typo: float = 0.8
    # An asset for another industry, rival or region speaks of other things; one for another pain may speak of both.
    otherwise: float = -0.3
    exclusive: frozenset[Facet] = frozenset({Facet.INDUSTRY, Facet.COMPETITOR, Facet.REGION})
    conversation: float = 0.6
    # Of that for a conversation only read in the words: the whole cost .005 to .016 there, a quarter nothing.
    guessed: float = 0.25
    # Tags are worth more once hardly an asset is without them.
    covered_from: float = 0.7
    terms_covered: float = 2.0
    conversation_covered: float = 0.8
    use: float = 0.5
    # Small: they settle what the words leave open. A tenth is what the last of a dozen words is worth.
    fresh: float = 0.1
    half_life_days: float = 365.0
    overdue: float = -0.1
    meaning: float = 0.3  # the most that leaves no collection worse; scripts/bench/relevance --meaning
    alias_words: float = 0.15
    synonym_words: float = 0.4
    # The other words for a seniority, size, region or function name other people and places.
    widened: frozenset[Facet] = frozenset(
        {Facet.INDUSTRY, Facet.PAIN, Facet.GOAL, Facet.COMPETITOR, Facet.PRODUCT}
    )
    aliases_per_term: int = 6
    aliases: int = 24

    def without(self, *parts: Part) -> Constants:
        """Leave parts out."""
        return replace(self, parts=self.parts.difference(parts))

    def at(self, coverage: float) -> Constants:
        """Give the constants for a library of whose live assets this share (0..1) carries confirmed tags."""
        if coverage < self.covered_from:
            return self
        return replace(self, terms=self.terms_covered, conversation=self.conversation_covered)


CONSTANTS = Constants()


@dataclass(frozen=True, slots=True)
class Weights:
    """Points for an engine that knows nothing of situations; its words' own evidence lies in 0..1.

    `boosts` by `facet:term` (negative where denied), `suggested_share` of them where a term is only suggested,
    `otherwise` by facet for assets with other terms of it, `conversation_boosts` by conversation key,
    `expansions` weaker words by weight.
    """

    boosts: Mapping[str, float]
    conversation_boosts: Mapping[str, float]
    expansions: Mapping[str, float]
    otherwise: Mapping[str, float] = field(default_factory=dict)
    suggested_share: float = 0.0


def weigh(
    reading: Reading, situation: Situation, vocabulary: Vocabulary, constants: Constants = CONSTANTS
) -> Weights:
    """Turn chips into soft but strong boosts: together all terms met are worth at most 1.5 points (2 if covered)."""
    chips = [chip for chip in chips_for(reading, situation, vocabulary) if chip.ref is not None]
    affirmed = {chip.ref for chip in chips if not chip.negated}
    # Where a term is both said and denied (“not a bank but a credit union”) it is meant.
    counted = {chip.ref or "": chip for chip in chips if not (chip.negated and chip.ref in affirmed)}
    parts = constants.parts
    share = _share(counted, constants) if Part.TERMS in parts else 0.0
    return Weights(
        {
            ref: share * constants.facet_weights[chip.facet] * _fit(chip, constants)
            for ref, chip in counted.items()
            if share
        },
        _conversation_boosts(reading, situation, constants) if Part.CONVERSATION in parts else {},
        _expansions(counted, vocabulary, constants) if Part.OTHER_WORDS in parts else {},
        _otherwise(counted, share, constants) if Part.OTHERWISE in parts else {},
        constants.suggested if Part.SUGGESTED in parts else 0.0,
    )


def _share(counted: Mapping[str, Recognised], constants: Constants) -> float:
    """What a facet weight of 1 is worth in points."""
    total = sum(constants.facet_weights[chip.facet] for chip in counted.values())
    return constants.terms / max(constants.least_weight_sum, total)


def _fit(chip: Recognised, constants: Constants) -> float:
    if chip.negated:
        return constants.negated
    return constants.typo if chip.read_as is ReadAs.TYPO else 1.0


def _otherwise(counted: Mapping[str, Recognised], share: float, constants: Constants) -> dict[str, float]:
    asked = {chip.facet for chip in counted.values() if not chip.negated} & constants.exclusive
    return {
        facet.value: share * constants.facet_weights[facet] * constants.otherwise
        for facet in Facet
        if share and facet in asked
    }


def _conversation_boosts(reading: Reading, situation: Situation, constants: Constants) -> dict[str, float]:
    if situation.prefer is not None:
        return {situation.prefer.value: constants.conversation}
    if not reading.cues:
        return {}
    guess = constants.conversation * constants.guessed
    return {key.value: guess * chance for key, chance in reading.probabilities.items()}


def _expansions(
    counted: Mapping[str, Recognised], vocabulary: Vocabulary, constants: Constants
) -> dict[str, float]:
    words: dict[str, float] = {}
    for ref, chip in counted.items():
        term = vocabulary.get(ref)
        if term is None or chip.negated or chip.facet not in constants.widened:
            continue
        said = chip.words.casefold()
        others = dict.fromkeys(
            word.casefold() for word in (term.name, *term.aliases) if word.casefold() != said
        )
        words |= dict.fromkeys(list(others)[: constants.aliases_per_term], constants.alias_words)
    return dict(list(words.items())[: constants.aliases])
