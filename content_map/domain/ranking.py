"""From what was read in a situation to points for the search engine, and why a hit is one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from content_map.domain.conversations import BY_KEY, Conversation
from content_map.domain.situations import ReadAs, Reading, Recognised, Situation, chips_for
from content_map.domain.vocabulary import Facet, Vocabulary


@dataclass(frozen=True, slots=True)
class Constants:
    """The ranking's constants in one place; search.md tells where the defaults come from."""

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
    negated: float = -0.3
    typo: float = 0.8
    conversation: float = 0.6
    alias_words: float = 0.15
    synonym_words: float = 0.4
    # The other words for a seniority, size, region or function name other people and places.
    widened: frozenset[Facet] = frozenset(
        {Facet.INDUSTRY, Facet.PAIN, Facet.GOAL, Facet.COMPETITOR, Facet.PRODUCT}
    )
    aliases_per_term: int = 6
    aliases: int = 24


CONSTANTS = Constants()


@dataclass(frozen=True, slots=True)
class Weights:
    """Points for an engine that knows nothing of situations; its words' own evidence lies in 0..1.

    `boosts` by `facet:term` (negative where denied), `conversation_boosts` by conversation key,
    `expansions` weaker words by weight.
    """

    boosts: Mapping[str, float]
    conversation_boosts: Mapping[str, float]
    expansions: Mapping[str, float]


def weigh(
    reading: Reading, situation: Situation, vocabulary: Vocabulary, constants: Constants = CONSTANTS
) -> Weights:
    """Turn chips into soft but strong boosts: together all terms met are worth at most 1.5 points."""
    chips = [chip for chip in chips_for(reading, situation, vocabulary) if chip.ref is not None]
    affirmed = {chip.ref for chip in chips if not chip.negated}
    # Where a term is both said and denied (“not a bank but a credit union”) it is meant.
    counted = {chip.ref or "": chip for chip in chips if not (chip.negated and chip.ref in affirmed)}
    weights = {ref: constants.facet_weights[chip.facet] for ref, chip in counted.items()}
    share = constants.terms / max(constants.least_weight_sum, sum(weights.values()))
    boosts = {ref: share * weights[ref] * _fit(chip, constants) for ref, chip in counted.items()}
    return Weights(
        boosts,
        _conversation_boosts(reading, situation, constants),
        _expansions(counted, vocabulary, constants),
    )


def _fit(chip: Recognised, constants: Constants) -> float:
    if chip.negated:
        return constants.negated
    return constants.typo if chip.read_as is ReadAs.TYPO else 1.0


def _conversation_boosts(reading: Reading, situation: Situation, constants: Constants) -> dict[str, float]:
    preferred = situation.prefer or situation.conversation
    if preferred is not None:
        return {preferred.value: constants.conversation}
    if not reading.cues:
        return {}
    return {key.value: constants.conversation * chance for key, chance in reading.probabilities.items()}


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


class ReasonKind(StrEnum):
    """What a reason speaks of."""

    MET = "met"
    MISSED = "missed"
    DENIED = "denied"
    PAGE = "page"
    CONVERSATION = "conversation"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Reason:
    """One short sentence of why a hit stands where it stands; never a score."""

    kind: ReasonKind
    sentence: str


@dataclass(frozen=True, slots=True)
class HitFacts:
    """What is known of a hit. `terms` are its `facet:term`; `page` its best page as it is labelled, if any."""

    terms: Collection[str]
    conversation: Conversation | None
    page: str | None = None
    is_internal: bool = False


def why(
    chips: Sequence[Recognised], reading: Reading, situation: Situation, hit: HitFacts
) -> tuple[Reason, ...]:
    """Say why: what of the situation the hit meets and misses, the page that answers, the conversation."""
    asked = _distinct(chip for chip in chips if not chip.negated)
    met = [chip for chip in asked if chip.ref in hit.terms]
    missed = [chip for chip in asked if chip.ref not in hit.terms]
    denied = _distinct(chip for chip in chips if chip.negated and chip.ref in hit.terms)
    reasons = []
    if met:
        fits = f"Fits {len(met)} of {len(asked)}: " if len(asked) > 1 else "Fits: "
        reasons.append(Reason(ReasonKind.MET, f"{fits}{_names(met)}"))
    if hit.page is not None:
        reasons.append(Reason(ReasonKind.PAGE, f"Your words are on {hit.page}"))
    reasons += _conversation_reason(reading, situation, hit)
    # With nothing met, a list of all that was missed says no more than its absence.
    if met and missed:
        reasons.append(Reason(ReasonKind.MISSED, f"Not tagged for {_names(missed)}"))
    if denied:
        reasons.append(Reason(ReasonKind.DENIED, f"Tagged for {_names(denied)}, which you ruled out"))
    if hit.is_internal:
        reasons.append(Reason(ReasonKind.INTERNAL, "Internal: not to be shared with customers"))
    return tuple(reasons)


def _conversation_reason(reading: Reading, situation: Situation, hit: HitFacts) -> list[Reason]:
    if hit.conversation is None:
        return []
    name = BY_KEY[hit.conversation].name
    if hit.conversation in {situation.prefer, situation.conversation}:
        return [Reason(ReasonKind.CONVERSATION, f"Made for “{name}”, which you prepare")]
    if (
        situation.prefer is None
        and situation.conversation is None
        and hit.conversation is reading.conversation
    ):
        cues = [f"“{words}”" for words in reading.because[:2]]
        because = f"{' and '.join(cues)} {'suggests' if len(cues) == 1 else 'suggest'}"
        return [Reason(ReasonKind.CONVERSATION, f"Made for “{name}”, as {because}")]
    return []


def _distinct(chips: Iterable[Recognised]) -> list[Recognised]:
    return list({chip.ref or chip.name: chip for chip in chips}.values())


def _names(chips: Iterable[Recognised]) -> str:
    return ", ".join(chip.name for chip in chips)
