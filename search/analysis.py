"""Text to terms, the same way for documents and questions: folded, stemmed, without words that carry nothing."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from search.contract import MAX_QUERY_CHARACTERS, MAX_QUERY_TERMS, MAX_TOKEN_CHARACTERS
from search.lexicon import ACRONYMS, CAPITAL_NAMES, FILLER_WORDS, STOP_WORDS
from search.stemming import stem

ACRONYM_WEIGHT = 0.4  # trials on public collections: more drowns the words that were written

# Python's \w leaves out the vowel signs and accents that many scripts write as marks of their own.
_LETTER = (
    r"\w\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    r"\u0900-\u0963\u0966-\u0dff"
)
_RUN = re.compile(rf"[{_LETTER}]+(?:[-\u2010\u2011'’‘ʼ＇.&][{_LETTER}]+|,\d{{3}}(?!\d))*")
_OPTIONAL_MARKS = re.compile(r"[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u064b-\u065f\u0670]")
_WITHOUT_SPACES = (
    r"\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u30ff\u3130-\u318f"
    r"\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_SCRIPT = re.compile(rf"[{_WITHOUT_SPACES}]+|[^{_WITHOUT_SPACES}]+")
_HAS_WITHOUT_SPACES = re.compile(rf"[{_WITHOUT_SPACES}]")
_HYPHEN = re.compile(r"[-\u2010\u2011]")
_APOSTROPHE = re.compile(r"['’‘ʼ＇]")
_POSSESSIVE = re.compile(r"['’‘ʼ＇][sS]?$")
_PLAIN = re.compile(r"[a-z]+")
_LETTERS_WITHOUT_ACCENT = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)


class Forms(NamedTuple):
    """What one run of letters stands for. `joined` are further forms that add no length of their own."""

    stems: tuple[str, ...]
    joined: tuple[str, ...]

    @property
    def all(self) -> frozenset[str]:
        """Every form, once."""
        return frozenset((*self.stems, *self.joined))


class Terms(NamedTuple):
    """How often each stem and each pair of adjacent stems occurs in a text."""

    stems: Counter[str]
    pairs: Counter[str]


@dataclass(frozen=True, slots=True)
class Question:
    """A situation's terms with their weights; `pairs` are adjacent stems."""

    stems: Mapping[str, float]
    pairs: Mapping[str, float]


def words_of(text: str) -> frozenset[str]:
    """List the distinct runs of letters of a text as they are written."""
    return frozenset(_RUN.findall(text))


def places_of(text: str) -> Iterator[tuple[str, int, int]]:
    """Walk the runs of letters of a text: as written, where it starts, where it ends."""
    for run in _RUN.finditer(text):
        yield run.group(), *run.span()


def forms_of(word: str) -> Forms:
    """Say what a run of letters stands for; nothing where it is a stop word."""
    return _forms(word)


def terms(text: str) -> Terms:
    """Count the terms of a text."""
    found = [_forms(run) for run in _RUN.findall(text)]
    sequence = [one for forms in found for one in forms.stems]
    stems = Counter(sequence)
    stems.update([one for forms in found for one in forms.joined])
    return Terms(stems, Counter(_pairs(sequence)))


def question(text: str, expansions: Mapping[str, float] | None = None) -> Question:
    """Weigh a situation's terms: what was written 1 for each time, acronyms and their long forms less.

    At most MAX_QUERY_CHARACTERS are read and MAX_QUERY_TERMS kept, written words first. Filler words are
    left out unless there is nothing else.
    """
    runs = [(run, _forms(run)) for run in _RUN.findall(text[:MAX_QUERY_CHARACTERS])]
    telling = [forms for run, forms in runs if run.casefold() not in FILLER_WORDS]
    if not any(forms.stems for forms in telling):
        telling = [forms for _, forms in runs]
    sequence = [one for _, forms in runs for one in forms.stems]
    weights: dict[str, float] = {}
    for forms in telling:
        for one in (*forms.stems, *forms.joined):
            if one in weights or len(weights) < MAX_QUERY_TERMS:
                weights[one] = weights.get(one, 0.0) + 1.0
    pairs = dict.fromkeys(_pairs(sequence[:MAX_QUERY_TERMS]), 1.0)
    for phrase, weight in (*_acronyms(sequence), *(expansions or {}).items()):
        _expand(weights, pairs, phrase, weight)
    return Question(weights, pairs)


def _expand(weights: dict[str, float], pairs: dict[str, float], phrase: str, weight: float) -> None:
    sequence = [one for run in _RUN.findall(phrase[:MAX_QUERY_CHARACTERS]) for one in _forms(run).stems]
    for one in sequence:
        if one in weights or len(weights) < MAX_QUERY_TERMS:
            weights[one] = max(weights.get(one, 0.0), weight)
    for pair in _pairs(sequence):
        if pair in pairs or len(pairs) < MAX_QUERY_TERMS:
            pairs[pair] = max(pairs.get(pair, 0.0), weight)


def _acronyms(sequence: Sequence[str]) -> Iterator[tuple[str, float]]:
    short_forms, long_forms = _acronym_tables()
    for one in dict.fromkeys(sequence):
        for phrase in short_forms.get(one, ()):
            yield phrase, ACRONYM_WEIGHT
    for i in range(len(sequence)):
        for length in (2, 3, 4):
            for phrase in long_forms.get(tuple(sequence[i : i + length]), ()):
                yield phrase, ACRONYM_WEIGHT


@lru_cache(maxsize=1)
def _acronym_tables() -> tuple[dict[str, list[str]], dict[tuple[str, ...], list[str]]]:
    by_short: dict[str, list[str]] = {}
    by_long: dict[tuple[str, ...], list[str]] = {}
    for short, long in ACRONYMS:
        for one in _forms(short).stems:
            by_short.setdefault(one, []).append(long)
        sequence = tuple(one for run in _RUN.findall(long) for one in _forms(run).stems)
        by_long.setdefault(sequence, []).append(short)
    return by_short, by_long


def _pairs(sequence: Sequence[str]) -> list[str]:
    return [f"{first} {second}" for first, second in pairwise(sequence)]


@lru_cache(maxsize=1 << 17)
def _forms(run: str) -> Forms:
    if run in CAPITAL_NAMES or run.replace(".", "") in CAPITAL_NAMES:
        return Forms((run.replace(".", ""),), ())
    if not run.isascii() and _HAS_WITHOUT_SPACES.search(run):
        return _forms_by_script(run)
    stems: list[str] = []
    joined: list[str] = []
    for dotted in _without_dots(fold(_POSSESSIVE.sub("", run)).replace("_", "-")):
        parts = [_APOSTROPHE.sub("", part) for part in _HYPHEN.split(dotted) if part]
        stems += [_stem(part) for part in parts if part not in STOP_WORDS]
        if len(parts) > 1:
            joined.append(_stem("".join(parts)))
    return Forms(tuple(one for one in stems if one), tuple(one for one in joined if one))


def _forms_by_script(run: str) -> Forms:
    stems: list[str] = []
    joined: list[str] = []
    for piece in _SCRIPT.findall(unicodedata.normalize("NFKC", run)):
        if _HAS_WITHOUT_SPACES.match(piece):
            stems += [piece[i : i + 2] for i in range(max(1, len(piece) - 1))]
        else:
            for inner in _RUN.findall(piece):
                forms = _forms(inner)
                stems += forms.stems
                joined += forms.joined
    return Forms(tuple(stems), tuple(joined))


def fold(text: str) -> str:
    """Make letters that differ by case, accent or width alike."""
    if text.isascii():
        return text.lower()
    apart = _OPTIONAL_MARKS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", apart).casefold().translate(_LETTERS_WITHOUT_ACCENT)


def _without_dots(run: str) -> list[str]:
    """Keep 2.5 and join u.s. and 1,000, for their parts alone mean something else; other dots part words."""
    run = run.replace(",", "")
    if "&" in run:
        parts = run.split("&")
        return [run] if max(map(len, parts)) <= 2 else [one for part in parts for one in _without_dots(part)]
    if "." not in run:
        return [run]
    parts = run.split(".")
    if all(part.isdigit() for part in parts):
        return [run]
    if max(map(len, parts)) == 1:
        return ["".join(parts)]
    return parts


def _stem(word: str) -> str:
    word = word[:MAX_TOKEN_CHARACTERS]
    return stem(word) if _PLAIN.fullmatch(word) else word
