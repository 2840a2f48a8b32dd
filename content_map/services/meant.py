"""Which hits stand in a list for words that nobody wrote: a synonym, or a short form for a long one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from content_map.domain.synonyms import SynonymBook, SynonymMet, SynonymPair
from search.lexicon import ACRONYMS

LOOKED_AT_CHARACTERS = 20_000  # of a page; a reason is worth no more time than that


def also_meant(text: str, synonyms: Sequence[SynonymMet]) -> tuple[SynonymMet, ...]:
    """List what a situation was read to mean besides its words: the company's synonyms, then short forms."""
    known = {each.means.casefold() for each in synonyms}
    forms = _short_forms().met(text)
    return (*synonyms, *(each for each in forms if each.means.casefold() not in known))


def brought_by(synonyms: Iterable[SynonymMet], texts: Sequence[str]) -> tuple[SynonymMet, ...]:
    """Keep those of which the texts have the other words, and not the words that were written."""
    looked_at = [text[:LOOKED_AT_CHARACTERS] for text in texts]
    return tuple(
        each
        for each in synonyms
        if _stands_in(each.means, looked_at) and not _stands_in(each.said, looked_at)
    )


def _stands_in(words: str, texts: Iterable[str]) -> bool:
    pattern = _pattern(words)
    return any(pattern.search(text) for text in texts)


@lru_cache(maxsize=512)
def _pattern(words: str) -> re.Pattern[str]:
    between = r"[\s\-]+".join(re.escape(word) for word in words.split())
    return re.compile(rf"(?<!\w){between}(?:'?s)?(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=1)
def _short_forms() -> SynonymBook:
    return SynonymBook(SynonymPair(short, long) for short, long in ACRONYMS)
