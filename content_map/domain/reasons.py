"""Why a hit stands where it stands, in words: what it meets and misses, where, what use says; never a score."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from content_map.domain.conversations import BY_KEY, Conversation
from content_map.domain.days import day_and_month, how_long_ago
from content_map.domain.situations import Reading, Recognised, Situation
from content_map.domain.synonyms import SynonymMet

SHOWN_ENOUGH = 20  # search.md: “used 9 times in this conversation” only with 20+ impressions
SAID_AT_MOST = 2  # synonyms, and cues: more is a list and no reason


class ReasonKind(StrEnum):
    """What a reason speaks of, the most telling first."""

    MET = "met"
    RARELY_SHOWN = "rarely_shown"
    USED = "used"
    PAGE = "page"
    SUGGESTED = "suggested"
    SYNONYM = "synonym"
    MEANING = "meaning"
    CONVERSATION = "conversation"
    MISSED = "missed"
    DENIED = "denied"
    FOLDED = "folded"
    INTERNAL = "internal"
    OVERDUE = "overdue"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True)
class Reason:
    """One short sentence of why a hit stands where it stands; never a score."""

    kind: ReasonKind
    sentence: str


@dataclass(frozen=True, slots=True)
class HitFacts:
    """What is known of a hit. `terms` are its confirmed `facet:term`, `suggested` those nobody decided on.

    `page` is its best page as it is labelled, `synonyms` those that its words answered to where the words that were
    written are not, `folded` how many near-copies stand behind it. `uses` and `shown` are of the conversation in
    question; `is_explored`: it stands in the slot for what was rarely shown; `is_alike`: by meaning, not by words.
    """

    terms: Collection[str]
    conversation: Conversation | None
    page: str | None = None
    is_internal: bool = False
    suggested: Collection[str] = ()
    synonyms: Sequence[SynonymMet] = ()
    uses: int = 0
    shown: int = 0
    is_explored: bool = False
    is_alike: bool = False
    folded: int = 0
    updated: date | None = None
    review_by: date | None = None


def why(
    chips: Sequence[Recognised], reading: Reading, situation: Situation, hit: HitFacts, *, today: date
) -> tuple[Reason, ...]:
    """Say why, the most telling first; each kind of reason at most once."""
    said = dict(
        (
            *_details(chips, hit),
            *_places(hit),
            *_use(hit),
            *_conversation(reading, situation, hit),
            *_state(hit, today),
        )
    )
    return tuple(Reason(kind, said[kind]) for kind in ReasonKind if kind in said)


def _details(chips: Sequence[Recognised], hit: HitFacts) -> Iterator[tuple[ReasonKind, str]]:
    # A rival that the vocabulary does not know can be no tag: its name is looked for like any word.
    asked = _distinct(chip for chip in chips if not chip.negated)
    met = [chip for chip in asked if chip.ref in hit.terms]
    likely = [chip for chip in asked if chip.ref in hit.suggested and chip not in met]
    missed = [chip for chip in asked if chip not in met and chip not in likely]
    denied = _distinct(chip for chip in chips if chip.negated and chip.ref in hit.terms)
    if met:
        fits = f"Fits {len(met)} of {len(asked)}: " if len(asked) > 1 else "Fits: "
        yield ReasonKind.MET, f"{fits}{_names(met)}"
    if likely:
        yield ReasonKind.SUGGESTED, f"Seems to fit, not confirmed yet: {_names(likely)}"
    # With nothing met, a list of all that was missed says no more than its absence.
    if met and missed:
        yield ReasonKind.MISSED, f"Not tagged for {_names(missed)}"
    if denied:
        yield ReasonKind.DENIED, f"Tagged for {_names(denied)}, which you ruled out"


def _places(hit: HitFacts) -> Iterator[tuple[ReasonKind, str]]:
    if hit.page is not None:
        yield ReasonKind.PAGE, f"Your words are on {hit.page}"
    if hit.synonyms:
        means = [f"“{each.said}” also means “{each.means}”" for each in hit.synonyms[:SAID_AT_MOST]]
        yield ReasonKind.SYNONYM, f"Because {' and '.join(means)}"
    if hit.is_alike:
        yield ReasonKind.MEANING, "Similar in meaning"


def _use(hit: HitFacts) -> Iterator[tuple[ReasonKind, str]]:
    if hit.is_explored:
        yield ReasonKind.RARELY_SHOWN, "Rarely shown"
    if hit.uses and hit.shown >= SHOWN_ENOUGH:
        times = "once" if hit.uses == 1 else f"{hit.uses} times"
        yield ReasonKind.USED, f"Used {times} in this conversation"


def _conversation(reading: Reading, situation: Situation, hit: HitFacts) -> Iterator[tuple[ReasonKind, str]]:
    if hit.conversation is None:
        return
    name = BY_KEY[hit.conversation].name
    if hit.conversation is situation.prefer:
        yield ReasonKind.CONVERSATION, f"Made for “{name}”, which you prepare"
    elif situation.prefer is None and hit.conversation is reading.conversation and reading.because:
        cues = [f"“{words}”" for words in reading.because[:SAID_AT_MOST]]
        because = f"{' and '.join(cues)} {'suggests' if len(cues) == 1 else 'suggest'}"
        yield ReasonKind.CONVERSATION, f"Made for “{name}”, as {because}"


def _state(hit: HitFacts, today: date) -> Iterator[tuple[ReasonKind, str]]:
    if hit.folded:
        others = "A near-copy of it is" if hit.folded == 1 else f"{hit.folded} near-copies of it are"
        yield ReasonKind.FOLDED, f"{others} not listed again"
    if hit.is_internal:
        yield ReasonKind.INTERNAL, "Internal: not to be shared with customers"
    if hit.review_by is not None and hit.review_by < today:
        yield ReasonKind.OVERDUE, f"Review was due {day_and_month(hit.review_by, today)}"
    if hit.updated is not None:
        yield ReasonKind.UPDATED, f"Updated {how_long_ago(hit.updated, today)}"


def _distinct(chips: Iterable[Recognised]) -> list[Recognised]:
    return list({chip.ref: chip for chip in chips if chip.ref is not None}.values())


def _names(chips: Iterable[Recognised]) -> str:
    return ", ".join(chip.name for chip in chips)
