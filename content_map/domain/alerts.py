"""When an asset that came or changed is worth telling somebody who keeps a situation."""

from __future__ import annotations

from dataclasses import dataclass

TOP = 10
# Of the words' evidence, where the best of all answers has 1.
TELLING_WORDS = 0.5


@dataclass(frozen=True, slots=True)
class Match:
    """How an asset answers a situation: `met` of its `details`, its place from 1, and its words in 0..1.

    `has_come`: it went live since the last look; `has_changed`: it did, or was edited since.
    """

    place: int
    words: float
    met: int
    details: int
    denied: int = 0
    has_come: bool = False
    has_changed: bool = False


def is_strong(match: Match) -> bool:
    """Say whether to tell: it meets every detail, or it is new, among the best, and answers for a good part.

    What the situation rules out is never told.
    """
    if match.denied:
        return False
    if match.details and match.met == match.details:
        return match.has_come or match.has_changed
    answers = match.words >= TELLING_WORDS or 2 * match.met >= max(match.details, 1)
    return match.has_come and match.place <= TOP and answers
