"""One stem for a word's forms, by Snowball's algorithms (https://snowballstem.org)."""

from __future__ import annotations

from threading import local

import snowballstemmer

from search.languages import ALGORITHMS, ENGLISH


class _Stemmers(local):
    """A stemmer holds the word it works on: each thread has its own."""

    def __init__(self) -> None:
        self.by_language: dict[str, snowballstemmer.BaseStemmer] = {}


_stemmers = _Stemmers()


def stem(word: str, language: str = ENGLISH) -> str:
    """Reduce a lower-case word to its stem; in a language that Snowball does not know a word stays as it is."""
    stemmer = _stemmers.by_language.get(language)
    if stemmer is None:
        if language not in ALGORITHMS:
            return word
        stemmer = _stemmers.by_language[language] = snowballstemmer.stemmer(ALGORITHMS[language])
    return str(stemmer.stemWord(word))
