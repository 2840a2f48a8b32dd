"""What is found for a situation: hits with their reasons, and what else the answer says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from content_map.domain.conversations import Conversation
from content_map.domain.reasons import Reason
from content_map.domain.situations import Reading, Recognised, Situation
from content_map.domain.synonyms import SynonymMet
from content_map.models import Asset


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a page that answer; `html` is escaped text with `<mark>` only."""

    page: int
    label: str
    html: str


@dataclass(frozen=True, slots=True)
class FoundHit:
    """One result. `met` are the chips that its confirmed tags fit, `missed` the others.

    `likely` are those of the missed that somebody has yet to confirm. `reasons` say why it stands here, the most
    telling first. `folded` are the near-copies of it that matched too. `is_explored`: it stands in the slot that
    gives what was rarely shown a chance.
    """

    rank: int
    asset: Asset
    score: float
    passages: tuple[Passage, ...]
    reasons: tuple[Reason, ...]
    met: tuple[Recognised, ...]
    missed: tuple[Recognised, ...]
    likely: tuple[Recognised, ...] = ()
    folded: tuple[Asset, ...] = ()
    is_explored: bool = False

    @property
    def why(self) -> tuple[str, ...]:
        """The reasons as sentences."""
        return tuple(reason.sentence for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An asset of another conversation that `reps` distinct sales users used in the one that is shown."""

    asset: Asset
    reps: int


@dataclass(frozen=True, slots=True)
class WithoutDetail:
    """How many results there would be without one detail of the situation."""

    chip: Recognised
    total: int


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a situation. `id` is None for a draft; `by_conversation` holds all five.

    `without` says, where nothing was found, what each detail costs, the best to drop first. `notice` is a
    sentence to show above the hits when the answer is less than it should be, None when all is well.
    """

    id: str | None
    situation: Situation
    reading: Reading
    chips: tuple[Recognised, ...]
    hits: tuple[FoundHit, ...]
    total: int
    by_conversation: Mapping[Conversation, int]
    by_term: Mapping[str, int]
    next: str | None
    took_ms: float
    elsewhere: tuple[Elsewhere, ...] = ()
    without: tuple[WithoutDetail, ...] = ()
    synonyms: tuple[SynonymMet, ...] = ()
    notice: str | None = None
