"""Titles made of a department and a word: “security lead”, “procurement head”, whatever the department."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from content_map.domain.words import Token, word_set

_RANKS: Mapping[str, str] = {"lead": "manager", "leads": "manager", "head": "director", "heads": "director"}
_NO_RANK = word_set(
    "time times count gen generation flow scoring list office quarter quarters start on to in us"
)


def ranks_after(
    tokens: Sequence[Token], functions: Sequence[int], covered: Mapping[int, str]
) -> Iterator[tuple[int, str]]:
    """Find the ranks that stand right after functions, as (place, key of the seniority).

    `functions` are the places after each function that was read; what is `covered` already says what it means.
    """
    for place in functions:
        if place >= len(tokens) or place in covered or tokens[place].clause != tokens[place - 1].clause:
            continue
        rank = _RANKS.get(tokens[place].word)
        following = tokens[place + 1].word if place + 1 < len(tokens) else ""
        if rank is not None and following not in _NO_RANK:
            yield place, rank
