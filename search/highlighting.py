"""The passage of a text that answers best, as HTML with nothing but `<mark>` in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

from search.forms import forms_of, places_of, runs_of

_GAP = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
_LEAD = 0.25  # of the window's characters may stand before its first mark, so that the reader has a start


class _Found(NamedTuple):
    start: int
    end: int
    stems: frozenset[str]


def passage(text: str, weights: Mapping[str, float], characters: int) -> str | None:
    """Cut about `characters` around the most weight of distinct stems; None when none of them is there."""
    # A page says its few words often: each distinct one is looked at once, the text then walked by lookup.
    telling = {
        word: matching for word in set(runs_of(text)) if (matching := forms_of(word).all & weights.keys())
    }
    if not telling:
        return None
    found = [_Found(start, end, telling[word]) for word, start, end in places_of(text) if word in telling]
    first, last = _densest(found, weights, characters)
    marked = found[first : last + 1]
    start, end = _window(text, marked, characters)
    marked = [one for one in marked if one.end <= end]
    inside = "".join(_pieces(text, marked, start, end)).strip()
    return f"{'… ' if start > 0 else ''}{inside}{' …' if end < len(text) else ''}"


def _densest(found: Sequence[_Found], weights: Mapping[str, float], characters: int) -> tuple[int, int]:
    """Slide over the marks: the first and last of those that fit the window and weigh most together."""
    best, best_weight = (0, 0), -1.0
    inside: Counter[str] = Counter()
    first = 0
    for last, one in enumerate(found):
        inside.update(one.stems)
        while found[first].start < one.end - characters and first < last:
            inside.subtract(found[first].stems)
            first += 1
        # Repeats count a little, so that among equal windows the one saying more about it wins.
        weight = sum(weights[stem] * (1 + 0.1 * min(n - 1, 3)) for stem, n in inside.items() if n > 0)
        if weight > best_weight + 1e-9:
            best, best_weight = (first, last), weight
    return best


def _window(text: str, marked: Sequence[_Found], characters: int) -> tuple[int, int]:
    first, last = marked[0].start, marked[-1].end
    spare = max(0, characters - (last - first))
    start = max(0, first - min(spare, int(characters * _LEAD)))
    end = min(len(text), start + max(characters, marked[0].end - start))
    start = max(0, min(start, end - characters))
    return _after_gap(text, start, first), _before_gap(text, end, marked[0].end)


def _after_gap(text: str, start: int, first: int) -> int:
    """Move the start to a word's beginning, a sentence's if one begins before the first mark."""
    if start == 0:
        return 0
    sentence = max((text.rfind(stop, start, first) for stop in (". ", "! ", "? ", "\n")), default=-1)
    if sentence >= 0:
        return sentence + 1
    gap = _GAP.search(text, start - 1, first)
    return gap.end() if gap else first


def _before_gap(text: str, end: int, least: int) -> int:
    if end >= len(text) or _GAP.match(text, end):
        return end
    gaps = [gap.start() for gap in _GAP.finditer(text, least, end)]
    return gaps[-1] if gaps else max(end, least)


def _pieces(text: str, marked: Sequence[_Found], start: int, end: int) -> list[str]:
    pieces = []
    for one in marked:
        pieces.append(_escaped(text[start : one.start]))
        pieces.append(f"<mark>{_escaped(text[one.start : one.end])}</mark>")
        start = one.end
    pieces.append(_escaped(text[start:end]))
    return pieces


def _escaped(text: str) -> str:
    return escape(_GAP.sub(" ", text))
