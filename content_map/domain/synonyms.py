"""Words that mean the same in a company's mouth: found in a situation, and what is looked for besides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from content_map.domain.phrases import PhraseBook
from content_map.domain.words import STOP_WORDS, Token, keys_of, tokens_of
from content_map.errors import FieldError

SYNONYM_CHARACTERS = 100
SYNONYM_WORDS = 6
MET_AT_MOST = 8  # of one situation: more would drown the words that were written


@dataclass(frozen=True, slots=True)
class SynonymPair:
    """Who says `said` is shown what says `means` too; the other way round as well where `both_ways`."""

    said: str
    means: str
    both_ways: bool = True


@dataclass(frozen=True, slots=True)
class SynonymMet:
    """A synonym that joined in: the words as they were written, and those that were looked for as well."""

    said: str
    means: str


class SynonymBook:
    """The pairs compiled for finding; build once, share freely."""

    def __init__(self, pairs: Iterable[SynonymPair] = ()) -> None:
        self._phrases: PhraseBook[_Way] = PhraseBook()
        for pair in pairs:
            self._add(pair.said, pair.means)
            if pair.both_ways:
                self._add(pair.means, pair.said)

    def met(self, text: str, tokens: Sequence[Token] | None = None) -> tuple[SynonymMet, ...]:
        """Find what a text says that has a synonym, in its order; what it says already is not added.

        Of overlapping words the longest count; every synonym of them is given, each once, the first few.
        """
        tokens = tokens_of(text) if tokens is None else tokens
        keys = [token.key for token in tokens]
        met: dict[str, SynonymMet] = {}
        reached, span = 0, (0, 0)
        for first, after, way in self._phrases.walk(keys):
            if len(met) == MET_AT_MOST:
                break
            if first < reached and (first, after) != span:
                continue
            if way.in_capitals and not all(token.surface.isupper() for token in tokens[first:after]):
                continue
            reached, span = after, (first, after)
            means = way.means
            if means.casefold() not in met and not _says(keys, keys_of(means)):
                said = text[tokens[first].start : tokens[after - 1].end]
                met[means.casefold()] = SynonymMet(said, means)
        return tuple(met.values())

    def _add(self, said: str, means: str) -> None:
        words = [token.word for token in tokens_of(said)]
        self._phrases.add(keys_of(said), _Way(means, in_capitals=STOP_WORDS.issuperset(words)))


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a phrase leads. One that reads like everyday words (IT, US) counts only in capitals."""

    means: str
    in_capitals: bool


def faults_of(said: str, means: str) -> list[FieldError]:
    """List what keeps two words from being a pair, each with what to do."""
    faults = []
    for name, words in (("said", said), ("means", means)):
        keys = [
            token for token in tokens_of(words) if token.word not in STOP_WORDS or token.surface.isupper()
        ]
        if not keys:
            faults.append(FieldError(f"/{name}", "Write a word that says something; this holds none."))
        elif len(tokens_of(words)) > SYNONYM_WORDS:
            faults.append(FieldError(f"/{name}", f"Write at most {SYNONYM_WORDS} words."))
        elif len(words) > SYNONYM_CHARACTERS:
            faults.append(FieldError(f"/{name}", f"Write at most {SYNONYM_CHARACTERS} characters."))
    if not faults and keys_of(said) == keys_of(means):
        faults.append(FieldError("/means", "These are the same words; write others that mean the same."))
    return faults


def _says(keys: Sequence[str], phrase: Sequence[str]) -> bool:
    return any(tuple(keys[i : i + len(phrase)]) == tuple(phrase) for i in range(len(keys)))
