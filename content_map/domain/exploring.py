"""The exploration slot: now and then one place for what fits a situation and was rarely shown, so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TypeVar

from content_map.domain.lifts import CONSTANTS, Constants

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fit:
    """A ranked match: its score, how well its words fit (0..1), if it carries a wanted term, how often it was shown."""

    score: float
    lexical: float
    has_term: bool
    shown: int


def has_turn(person: str, now: datetime, constants: Constants = CONSTANTS) -> bool:
    """Say whether this person's searches have the slot at this moment: one search in `slot_every`, by chance.

    Chance changes every few minutes and not with the words, so that rows stay where they are while somebody types
    and when what was typed is stored.
    """
    turn = int(now.astimezone(UTC).timestamp()) // (60 * constants.slot_minutes)
    digest = blake2b(f"{person}:{turn}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % constants.slot_every == 0


def pick(ranked: Sequence[Fit], constants: Constants = CONSTANTS) -> int | None:
    """Choose what gets the slot, by its place in the ranking (from 0): of what fits the least shown, then the best.

    What stands at the slot or above needs none. None when nothing that fits was rarely shown.
    """
    if len(ranked) <= constants.slot_rank:
        return None
    least_score = constants.slot_share * ranked[constants.slot_rank - 1].score
    fitting = [
        place
        for place, fit in enumerate(ranked)
        if place >= constants.slot_rank
        and fit.shown < constants.rarely_shown
        and fit.score >= least_score
        and (fit.has_term or fit.lexical >= constants.fits_from)
    ]
    return min(fitting, key=lambda place: (ranked[place].shown, place), default=None)


def moved_up(ranked: Sequence[T], place: int, constants: Constants = CONSTANTS) -> list[T]:
    """Put what stands at `place` (from 0) into the slot; all it passes move down one, and nothing is lost."""
    rest = [*ranked[:place], *ranked[place + 1 :]]
    at = constants.slot_rank - 1
    return [*rest[:at], ranked[place], *rest[at:]]
