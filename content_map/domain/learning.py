"""What tagged assets teach about the five conversations: naive Bayes over stems, which says how sure it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from content_map.domain.conversations import Conversation
from content_map.domain.words import STOP_WORDS

WORDS_READ = 1_000  # the first words of an asset; later ones repeat them more than they add
TITLE_TIMES = 3.0
ASSETS_SHARING = 2
SHOWN_WORDS = 5
HALF_TRUSTED = 25  # search.md: the learner joins the cues by n / (n + 25)

_WORD = re.compile(r"[^\W\d_]{3,40}")
_SMOOTHING = 0.1
_FOLDS = 5
# How much a point of evidence says; the held-out assets choose the one that surprises them least.
_SHARPNESS = (0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0)
_ORDER = tuple(Conversation)

Stem = Callable[[str], str]
Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class WordSeen:
    """A word of an asset: as first written, on which page (None is the title), how often (the title thrice)."""

    words: str
    page: int | None
    count: float


Words = Mapping[str, WordSeen]
"""The words of an asset by stem."""


def words_of(title: str, pages: Iterable[tuple[int, str]], stem: Stem) -> dict[str, WordSeen]:
    """Collect the first words of an asset by stem; stop words and numbers teach nothing."""
    firsts: dict[str, tuple[str, int | None]] = {}
    counts: dict[str, float] = {}
    for page, written in islice(_written(title, pages), WORDS_READ):
        word = written.casefold()
        if word not in STOP_WORDS:
            key = stem(word)
            firsts.setdefault(key, (written, page))
            counts[key] = counts.get(key, 0.0) + (TITLE_TIMES if page is None else 1.0)
    return {key: WordSeen(*firsts[key], count) for key, count in counts.items()}


class Learner:
    """Learnt once from assets whose conversation people confirmed; deterministic, and never changed afterwards.

    Lessons come in an order that does not hang on chance: every fifth one is held out in turn to find out how
    far the words can be trusted.
    """

    def __init__(self, lessons: Iterable[tuple[Conversation, Words]], stem: Stem) -> None:
        self.stem = stem
        everything: dict[str, int] = {}
        taught = [(_ORDER.index(key), *_numbered(words, everything)) for key, words in lessons]
        self.tagged = {each: sum(k == place for k, *_ in taught) for place, each in enumerate(_ORDER)}
        assets = np.zeros(len(everything))
        for _, numbers, _ in taught:
            assets[numbers] += 1
        kept = assets >= ASSETS_SHARING
        columns = np.cumsum(kept) - 1
        self._columns = {word: int(columns[number]) for word, number in everything.items() if kept[number]}
        self._rarity = np.log((1 + len(taught)) / (1 + assets[kept])) + 1
        rows = [
            (k, *self._weighed(columns[numbers[kept[numbers]]], counts[kept[numbers]]))
            for k, numbers, counts in taught
        ]
        self._sharing = self._sums((k, columns, np.ones(len(columns))) for k, columns, _ in rows)
        total = self._sums(rows)
        self._says = _log_odds(total)
        self._sharpness = self._best_sharpness(rows, total)

    @property
    def weight(self) -> float:
        """How much the learner is trusted beside the cues: 0 untaught, half at 25 tagged assets."""
        count = sum(self.tagged.values())
        return count / (count + HALF_TRUSTED)

    def judge(self, words: Words) -> dict[Conversation, float]:
        """Say how likely each conversation is; one fifth each where no word was ever met."""
        columns, values = self._row(words)
        chances = _softmax(self._sharpness * (self._says[:, columns] @ values))
        return dict(zip(_ORDER, chances.tolist(), strict=True))

    def evidence(self, conversation: Conversation, words: Words) -> tuple[WordSeen, ...]:
        """List the words that speak most for a conversation and that several of its tagged assets share."""
        place = _ORDER.index(conversation)
        if not self._sharpness:
            return ()
        by_column = {self._columns[key]: seen for key, seen in words.items() if key in self._columns}
        columns, values = self._row(words)
        says = self._says[:, columns]
        # A word that speaks as much for another conversation is no reason for this one.
        ahead = (says[place] - np.delete(says, place, axis=0).max(axis=0)) * values
        shared = self._sharing[place, columns] >= ASSETS_SHARING
        order = np.lexsort((columns, -says[place] * values))
        chosen = [at for at in order.tolist() if shared[at] and ahead[at] > 0 and says[place, at] > 0]
        return tuple(by_column[int(columns[at])] for at in chosen[:SHOWN_WORDS])

    def _row(self, words: Words) -> tuple[Places, Floats]:
        known = sorted(
            (self._columns[key], seen.count) for key, seen in words.items() if key in self._columns
        )
        columns = np.array([column for column, _ in known], dtype=np.int64)
        return self._weighed(columns, np.array([count for _, count in known], dtype=np.float64))

    def _weighed(self, columns: Places, counts: Floats) -> tuple[Places, Floats]:
        values = np.log1p(counts) * self._rarity[columns]
        length = float(np.linalg.norm(values))
        return columns, values / length if length else values

    def _sums(self, rows: Iterable[tuple[int, Places, Floats]]) -> Floats:
        sums = np.zeros((len(_ORDER), len(self._columns)))
        for k, columns, values in rows:
            sums[k, columns] += values
        return sums

    def _best_sharpness(self, rows: Sequence[tuple[int, Places, Floats]], total: Floats) -> float:
        surprise = np.zeros(len(_SHARPNESS))
        for fold in range(_FOLDS):
            held_out = rows[fold::_FOLDS]
            says = _log_odds(total - self._sums(held_out))
            for k, columns, values in held_out:
                points = says[:, columns] @ values
                surprise -= [np.log(_softmax(sharpness * points)[k]) for sharpness in _SHARPNESS]
        return _SHARPNESS[int(np.argmin(surprise))]


def _written(title: str, pages: Iterable[tuple[int, str]]) -> Iterable[tuple[int | None, str]]:
    yield from ((None, found[0]) for found in _WORD.finditer(title))
    for number, text in pages:
        yield from ((number, found[0]) for found in _WORD.finditer(text))


def _numbered(words: Words, everything: dict[str, int]) -> tuple[Places, Floats]:
    """Write an asset's words as numbers, so that a thousand assets stay small; new words are numbered on."""
    numbers = [everything.setdefault(word, len(everything)) for word in words]
    return np.array(numbers, dtype=np.int64), np.array([seen.count for seen in words.values()])


def _log_odds(sums: Floats) -> Floats:
    if not sums.size:
        return sums
    smoothed = np.maximum(sums, 0.0) + _SMOOTHING
    shares = np.log(smoothed) - np.log(smoothed.sum(axis=1, keepdims=True))
    centred: Floats = shares - shares.mean(axis=0)
    return centred


def _softmax(points: Floats) -> Floats:
    raised = np.exp(points - points.max())
    chances: Floats = raised / raised.sum()
    return chances
