"""Text to terms, the same way for documents and questions: what a text says, and what a situation asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from search.contract import MAX_QUERY_CHARACTERS, MAX_QUERY_TERMS
from search.forms import fold, forms_of, runs_of, stop_words
from search.languages import ENGLISH
from search.lexicon import ACRONYMS, FILLER_WORDS

ACRONYM_WEIGHT = 0.4  # trials on public collections: more drowns the words that were written
# Of an English text four words in ten are its stop words; of a German one with a few English names hardly any.
_ENGLISH_FROM_SHARE = 0.1


class Terms(NamedTuple):
    """How often each stem and each pair of adjacent stems occurs in a text."""

    stems: Counter[str]
    pairs: Counter[str]


@dataclass(frozen=True, slots=True)
class Question:
    """A situation's terms with their weights; `pairs` are adjacent stems.

    `beside` are stems that come from a phrase nobody wrote, with the others of it: alone they say little.
    """

    stems: Mapping[str, float]
    pairs: Mapping[str, float]
    beside: Mapping[str, frozenset[str]] = field(default_factory=dict)


def terms(text: str, language: str = ENGLISH) -> Terms:
    """Count the terms of a text in its document's language; a page that is plainly English is read as English."""
    runs = runs_of(text)
    if language != ENGLISH and _is_english(runs, language):
        language = ENGLISH
    found = [forms_of(run, language) for run in runs]
    sequence = [one for forms in found for one in forms.stems]
    stems = Counter(sequence)
    stems.update([one for forms in found for one in (*forms.joined, *forms.signs)])
    return Terms(stems, Counter(_pairs(sequence)))


def question(
    text: str, expansions: Mapping[str, float] | None = None, languages: Collection[str] = ()
) -> Question:
    """Weigh a situation's terms: what was written 1 for each time, acronyms and their long forms less.

    `languages` are those of the library: nobody says in which of them a situation is written, so each word is
    asked for as each would stem it. At most MAX_QUERY_CHARACTERS are read and MAX_QUERY_TERMS kept, written words
    first. Filler words are left out unless there is nothing else.
    """
    every_run = runs_of(text[:MAX_QUERY_CHARACTERS])
    spoken = _spoken(every_run, languages)
    # Its stop words would be words to the library's other languages; where there are no others, they may be meant.
    runs = [run for run in every_run if any(forms_of(run, spoken))]
    telling = [run for run in runs if run.casefold() not in FILLER_WORDS]
    tongues = list(dict.fromkeys((spoken, ENGLISH, *sorted(languages))))
    weights = _written(telling, tongues) or _written(runs, tongues) or _written(every_run, tongues)
    pairs: dict[str, float] = {}
    for tongue in dict.fromkeys((spoken, ENGLISH)):
        for pair in _pairs(_sequence(runs, tongue)[:MAX_QUERY_TERMS]):
            pairs[pair] = 1.0
    alone, beside = set(weights), dict[str, frozenset[str]]()
    for phrase, weight in (*_acronyms(_sequence(runs, ENGLISH)), *(expansions or {}).items()):
        for sequence in _expand(weights, pairs, phrase, weight, tongues):
            if len(sequence) == 1:
                alone.update(sequence)
            for one in sequence:
                beside[one] = beside.get(one, frozenset()).union(sequence) - {one}
    return Question(weights, pairs, {one: others for one, others in beside.items() if one not in alone})


def _written(runs: Sequence[str], tongues: Sequence[str]) -> dict[str, float]:
    """Weigh what was written by how often; a form that languages share counts for the first of them."""
    weights: dict[str, float] = {}
    asked: list[set[str]] = [set() for _ in runs]
    for tongue in tongues:
        for run, already in zip(runs, asked, strict=True):
            forms = forms_of(run, tongue)
            for one in (*forms.stems, *forms.joined):
                if one not in already and (one in weights or len(weights) < MAX_QUERY_TERMS):
                    weights[one] = weights.get(one, 0.0) + 1.0
            already.update(forms.stems, forms.joined)
    return weights


def _expand(
    weights: dict[str, float], pairs: dict[str, float], phrase: str, weight: float, tongues: Iterable[str]
) -> list[list[str]]:
    """Add a phrase to what is asked, as each language would stem it; give the stems, by language."""
    runs = runs_of(phrase[:MAX_QUERY_CHARACTERS])
    sequences = [_sequence(runs, tongue) for tongue in tongues]
    for sequence in sequences:
        for one in sequence:
            if one in weights or len(weights) < MAX_QUERY_TERMS:
                weights[one] = max(weights.get(one, 0.0), weight)
        for pair in _pairs(sequence):
            if pair in pairs or len(pairs) < MAX_QUERY_TERMS:
                pairs[pair] = max(pairs.get(pair, 0.0), weight)
    return sequences


def _sequence(runs: Iterable[str], language: str) -> list[str]:
    return [one for run in runs for one in forms_of(run, language).stems]


def _spoken(runs: Iterable[str], languages: Collection[str]) -> str:
    """Guess a situation's language by its stop words, among the library's own; English unless another has more."""
    if not set(languages) - {ENGLISH}:
        return ENGLISH
    words = [fold(run) for run in runs]
    met = {
        language: sum(word in stop_words(language) for word in words)
        for language in (ENGLISH, *sorted(languages))
    }
    return max(met, key=lambda language: met[language])


def _is_english(runs: Sequence[str], language: str) -> bool:
    words = [fold(run) for run in runs]
    english = sum(word in stop_words(ENGLISH) for word in words)
    own = sum(word in stop_words(language) for word in words)
    return english > own and english >= _ENGLISH_FROM_SHARE * len(words)


def _acronyms(sequence: Sequence[str]) -> Iterator[tuple[str, float]]:
    short_forms, long_forms = _acronym_tables()
    for one in dict.fromkeys(sequence):
        for phrase in short_forms.get(one, ()):
            yield phrase, ACRONYM_WEIGHT
    beginning = _beginnings()
    for i in range(len(sequence)):
        if sequence[i] not in beginning:
            continue
        for length in (2, 3, 4):
            for phrase in long_forms.get(tuple(sequence[i : i + length]), ()):
                yield phrase, ACRONYM_WEIGHT


@lru_cache(maxsize=1)
def _beginnings() -> frozenset[str]:
    """The first stems of long forms: most words are none of them."""
    return frozenset(long[0] for long in _acronym_tables()[1] if long)


@lru_cache(maxsize=1)
def _acronym_tables() -> tuple[dict[str, list[str]], dict[tuple[str, ...], list[str]]]:
    by_short: dict[str, list[str]] = {}
    by_long: dict[tuple[str, ...], list[str]] = {}
    for short, long in ACRONYMS:
        for one in forms_of(short).stems:
            by_short.setdefault(one, []).append(long)
        by_long.setdefault(tuple(_sequence(runs_of(long), ENGLISH)), []).append(short)
    return by_short, by_long


def _pairs(sequence: Sequence[str]) -> list[str]:
    return [f"{first} {second}" for first, second in pairwise(sequence)]
