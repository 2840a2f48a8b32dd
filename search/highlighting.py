"""The passage of a text that answers best, as HTML with nothing but `<mark>` in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple

from search.forms import LETTER, NO_SPACES, RUN_REST, fold, forms_of
from search.languages import ENGLISH, STEMMED_FROM_THE_FRONT

_GAP = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
_UNSPACED = re.compile(rf"[{NO_SPACES}]")
_LEAD = 0.25  # of the window's characters may stand before its first mark, so that the reader has a start
_DYING = {
    "die": "iy",
    "lie": "iy",
    "tie": "iy",
}  # Snowball's only stems that begin otherwise than their words
_NEAR_CHARACTERS = 5  # between words of one phrase: a space, a hyphen, an “and”


class _Found(NamedTuple):
    start: int
    end: int
    stems: frozenset[str]


class Highlighter:
    """Cuts passages for one question; made once for all the pages that one answer shows.

    `weights` are the question's stems; `beside` those that say nothing alone, with the stems they need near
    them; `languages` those that pages may be in.
    """

    def __init__(
        self,
        weights: Mapping[str, float],
        beside: Mapping[str, frozenset[str]] | None = None,
        languages: Collection[str] = (),
    ) -> None:
        self._weights = weights
        self._beside = {} if beside is None else {one: _company(one, beside, weights) for one in beside}
        self._languages = tuple(dict.fromkeys((ENGLISH, *languages)))
        self._stems: dict[str, frozenset[str]] = {}
        self._words = _may_match(weights, self._languages)

    def passage(self, text: str, characters: int) -> str | None:
        """Cut about `characters` around the most weight of distinct stems; None when none of them is there."""
        found = self._in_company([one for one in self._found(text) if one.stems])
        if not found:
            return None
        first, last = _densest(found, self._weights, characters)
        marked = found[first : last + 1]
        start, end = _window(text, marked, characters)
        marked = [one for one in marked if one.end <= end]
        inside = "".join(_pieces(text, marked, start, end)).strip()
        return f"{'… ' if start > 0 else ''}{inside}{' …' if end < len(text) else ''}"

    def _found(self, text: str) -> Iterator[_Found]:
        for run in self._words.finditer(text):
            word = run.group()
            stems = self._stems.get(word)
            if stems is None:
                stems = self._stems[word] = self._matching(word)
            if stems and not word.isascii() and _UNSPACED.search(word):
                yield from _signs(word, run.start(), stems)
            else:
                yield _Found(*run.span(), stems)

    def _matching(self, word: str) -> frozenset[str]:
        forms = [forms_of(word, language).all for language in self._languages]
        return frozenset().union(*forms) & self._weights.keys()

    def _in_company(self, found: Sequence[_Found]) -> Sequence[_Found]:
        """Leave out what says nothing alone: of the other name “MX 8” an 8 without its MX."""
        if self._beside.keys().isdisjoint(stem for one in found for stem in one.stems):
            return found
        kept = []
        for place, one in enumerate(found):
            near = [
                other
                for other in (*found[max(0, place - 1) : place], *found[place + 1 : place + 2])
                if max(one.start, other.start) - min(one.end, other.end) <= _NEAR_CHARACTERS
            ]
            stems = frozenset(
                stem
                for stem in one.stems
                if not (wanted := self._beside.get(stem))
                or any(wanted & other.stems for other in (one, *near))
            )
            if stems:
                kept.append(_Found(one.start, one.end, stems))
        return kept


def _company(stem: str, beside: Mapping[str, frozenset[str]], weights: Mapping[str, float]) -> frozenset[str]:
    """Say what a stem needs near it; the rarest word of a phrase is telling by itself, if it is one."""
    others = beside[stem]
    rarest = all(weights.get(stem, 0.0) >= weights.get(other, 0.0) for other in others)
    return frozenset() if rarest and len(stem) > 2 and stem.isalpha() else others


def _may_match(weights: Mapping[str, float], languages: Collection[str]) -> re.Pattern[str]:
    """Match the runs of letters that may be forms of the stems: most of a long page is passed over unread.

    A stem begins as its words do, accents aside: with two letters in English, with one in most languages, and not
    at all where a stemmer takes letters off the front.
    """
    begins = "" if STEMMED_FROM_THE_FRONT.intersection(languages) else _beginnings(weights, languages)
    starts = rf"(?:(?<![{LETTER}])|(?<=[_{NO_SPACES}])|(?=[{NO_SPACES}]))"
    return re.compile(f"{starts}{begins}[{LETTER}]{RUN_REST}")


def _beginnings(weights: Mapping[str, float], languages: Collection[str]) -> str:
    seconds: dict[str, set[str]] = {}
    for stem in filter(str.isascii, map(fold, weights)):
        seconds.setdefault(re.escape(stem[0]), set()).update(_DYING.get(stem, stem[1:2]))
    other = r"[^A-Za-z0-9]|$"  # an accent, or what parts or joins: café, e-mail, C.F.O.
    choices = [r"[^\x00-\x7f]"]
    for first, letters in sorted(seconds.items()):
        second = "".join(sorted(map(re.escape, letters)))
        follows = f"(?:{f'[{second}]|' if second else ''}{other})" if set(languages) == {ENGLISH} else ""
        choices.append(first + follows)
    return f"(?=(?i:{'|'.join(choices)}))"


def _signs(word: str, start: int, stems: frozenset[str]) -> Iterator[_Found]:
    """Find the stems within a run of a script that parts no words; all of it where they stand there as variants."""
    met: list[_Found] = []
    for place in sorted((hit.start(), stem) for stem in stems for hit in re.finditer(re.escape(stem), word)):
        first, after = start + place[0], start + place[0] + len(place[1])
        if met and first <= met[-1].end:
            last = met.pop()
            met.append(_Found(last.start, max(last.end, after), last.stems | {place[1]}))
        else:
            met.append(_Found(first, after, frozenset({place[1]})))
    yield from met or [_Found(start, start + len(word), stems)]


def _densest(found: Sequence[_Found], weights: Mapping[str, float], characters: int) -> tuple[int, int]:
    """Slide over the marks: the first and last of those that fit the window and weigh most together."""
    best, best_weight = (0, 0), -1.0
    inside: Counter[str] = Counter()
    weight = 0.0
    first = 0
    for last, one in enumerate(found):
        for stem in one.stems:
            inside[stem] += 1
            weight += weights[stem] * _worth(inside[stem])
        while found[first].start < one.end - characters and first < last:
            for stem in found[first].stems:
                weight -= weights[stem] * _worth(inside[stem])
                inside[stem] -= 1
            first += 1
        if weight > best_weight + 1e-9:
            best, best_weight = (first, last), weight
    return best


def _worth(times: int) -> float:
    """Repeats count a little, so that among equal windows the one saying more about it wins."""
    return 1.0 if times == 1 else 0.1 if times <= 4 else 0.0


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
