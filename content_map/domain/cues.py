"""Cue words that tell which conversation a sentence or an asset belongs to, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp

from content_map.domain.conversations import Conversation
from content_map.domain.phrases import PhraseBook
from content_map.domain.words import Token, keys_of


@dataclass(frozen=True, slots=True)
class ConversationCue:
    """Words that speak for a conversation; `weight` in natural-log points, 1 weak to 3 strong."""

    conversation: Conversation
    words: str
    weight: float


@dataclass(frozen=True, slots=True)
class CueHit:
    """A cue met in tokens `first` to `after` (exclusive)."""

    cue: ConversationCue
    first: int
    after: int


class CueBook:
    """The cues compiled for finding."""

    def __init__(self, cues: Iterable[ConversationCue]) -> None:
        self._phrases: PhraseBook[ConversationCue] = PhraseBook()
        self.words: set[str] = set()  # the keys of all their words, which are no misspellings
        for cue in cues:
            keys = keys_of(cue.words)
            self.words.update(keys)
            self._phrases.add(keys, cue)

    def find(self, tokens: Sequence[Token]) -> list[CueHit]:
        """Find cues, for each conversation leftmost and longest first."""
        reached: dict[Conversation, int] = {}
        hits: list[CueHit] = []
        for first, after, cue in self._phrases.walk([token.key for token in tokens]):
            if first >= reached.get(cue.conversation, 0):
                reached[cue.conversation] = after
                hits.append(CueHit(cue, first, after))
        return hits


def points(cues: Iterable[ConversationCue]) -> dict[Conversation, float]:
    """Add up the weights by conversation, each cue once however often it was said."""
    total = dict.fromkeys(Conversation, 0.0)
    for cue in dict.fromkeys(cues):
        total[cue.conversation] += cue.weight
    return total


def probabilities(weights: Mapping[Conversation, float]) -> dict[Conversation, float]:
    """Turn points into probabilities by softmax: no points at all are one fifth each."""
    highest = max(weights.values(), default=0.0)
    raised = {conversation: exp(weights.get(conversation, 0.0) - highest) for conversation in Conversation}
    total = sum(raised.values())
    return {conversation: value / total for conversation, value in raised.items()}
