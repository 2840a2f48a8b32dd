"""Which page of a PDF shows what a page of ours says, where both were cut into pages by different programs."""

from __future__ import annotations

import re
from collections.abc import Callable

from content_map.domain.assets import Kind

_WORD = re.compile(r"\w+")
_FEWEST_WORDS = 4
_SHARE = 0.5
_DISTANCE_COST = 0.02  # of two pages that say as much of it, the nearer one
_REACH = 6
_REACH_SHARE = 10


def match_page(
    number: int,
    words: frozenset[str],
    ours: int,
    theirs: int,
    words_at: Callable[[int], frozenset[str]],
    kind: str,
) -> int | None:
    """Give the number of their page that shows our page `number`, of `ours`; None when none of them does.

    `words_at` is asked for some of their pages, from 1. Slides and sheets are never re-cut: as many of them are
    the same ones.
    """
    same_count = ours == theirs
    if same_count and kind in {Kind.DECK, Kind.SHEET}:
        return number
    if len(words) < _FEWEST_WORDS:
        return number if same_count else None
    expected = round((number - 0.5) * theirs / ours + 0.5)
    reach = _REACH + theirs // _REACH_SHARE
    candidates = range(max(expected - reach, 1), min(expected + reach, theirs) + 1)
    scored = [
        (share - _DISTANCE_COST * min(abs(page - expected), _REACH), -abs(page - expected), page)
        for page in candidates
        if (share := len(words & words_at(page)) / len(words)) >= _SHARE
    ]
    if scored:
        return max(scored)[2]
    return number if same_count else None


def words_of(text: str) -> frozenset[str]:
    """The words of a page, upper and lower case alike."""
    return frozenset(_WORD.findall(text.casefold()))
