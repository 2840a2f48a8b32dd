"""A text's runs of letters, and what each stands for: folded, stemmed by its language, nothing for a stop word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from search.contract import MAX_TOKEN_CHARACTERS
from search.languages import ELIDING, ENGLISH, function_words
from search.lexicon import ACRONYM_PLURALS, CAPITAL_NAMES, STOP_WORDS
from search.stemming import stem

# Python's \w leaves out the vowel signs and accents that many scripts write as marks of their own.
LETTER = (
    r"\w\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    r"\u0900-\u0963\u0966-\u0dff"
)
RUN_REST = rf"[{LETTER}]*(?:[-\u2010\u2011'’‘ʼ＇.&][{LETTER}]+|,\d{{3}}(?!\d))*"  # after a run's first letter
_RUN = re.compile(rf"[{LETTER}]{RUN_REST}")
_OPTIONAL_MARKS = re.compile(r"[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u064b-\u065f\u0670]")
NO_SPACES = (
    r"\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u30ff\u3130-\u318f"
    r"\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_SCRIPT = re.compile(rf"[{NO_SPACES}]+|[^{NO_SPACES}]+")
_HAS_WITHOUT_SPACES = re.compile(rf"[{NO_SPACES}]")
_SAYS_SOMETHING_ALONE = re.compile(
    r"[\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)
_HYPHEN = re.compile(r"[-\u2010\u2011_]")
_APOSTROPHE = re.compile(r"['’‘ʼ＇]")
_POSSESSIVE = re.compile(r"['’‘ʼ＇][sS]?$")
_PLURAL_OF_CAPITALS = re.compile(r"(?=.{3})([A-Z][A-Za-z0-9&]*[A-Z0-9])s")
_UMLAUT = re.compile(r"[äöü]")
_TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_LETTERS_WITHOUT_ACCENT = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)

_FEW_CHARACTERS = 4  # of a script that parts no words this much may be a word, and come again


class Forms(NamedTuple):
    """What one run of letters stands for.

    `joined` are further forms that add no length of their own; `signs` single signs of Chinese, Japanese and
    Korean, which are written to an index, and asked for only where one is a whole run.
    """

    stems: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()

    @property
    def all(self) -> frozenset[str]:
        """Every form, once."""
        return frozenset((*self.stems, *self.joined, *self.signs))


def runs_of(text: str) -> list[str]:
    """List the runs of letters of a text as they are written, in order."""
    return _RUN.findall(text)


def places_of(text: str) -> Iterator[tuple[str, int, int]]:
    """Walk the runs of letters of a text: as written, where it starts, where it ends."""
    for run in _RUN.finditer(text):
        yield run.group(), *run.span()


def forms_of(word: str, language: str = ENGLISH) -> Forms:
    """Say what a run of letters stands for in a language; nothing where it is a stop word."""
    if len(word) <= _FEW_CHARACTERS or (word.isascii() and len(word) <= MAX_TOKEN_CHARACTERS):
        return _remembered(word, language)
    # Sentences of scripts that part no words: each comes once, and its forms would fill the memory.
    if len(word) > MAX_TOKEN_CHARACTERS or _HAS_WITHOUT_SPACES.search(word):
        return _forms(word, language)
    return _remembered(word, language)


def fold(text: str) -> str:
    """Make letters that differ by case, accent or width alike."""
    if text.isascii():
        return text.lower()
    apart = _OPTIONAL_MARKS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", apart).casefold().translate(_LETTERS_WITHOUT_ACCENT)


@cache
def stop_words(language: str) -> frozenset[str]:
    """List the words of a language that are never indexed, folded."""
    return STOP_WORDS if language == ENGLISH else frozenset(map(fold, function_words(language)))


def _forms(run: str, language: str) -> Forms:
    if not run.isascii() and _HAS_WITHOUT_SPACES.search(run):
        return _forms_by_script(run, language)
    if run.replace(".", "") in CAPITAL_NAMES:
        return Forms((run.replace(".", ""),))
    stems: list[str] = []
    joined: list[str] = []
    for dotted in _without_dots(_POSSESSIVE.sub("", run)):
        parts = _parts(dotted, language)
        stems += [one for part in parts for one in _stem(part, language)]
        joined += [one for part in parts for one in _spelt_out(part, language)]
        if len(parts) > 1 and not _is_elided(dotted, language):
            joined += _stem("".join(parts), language)
    return Forms(tuple(stems), tuple(joined))


_remembered = lru_cache(maxsize=1 << 17)(_forms)


def _parts(run: str, language: str) -> list[str]:
    parts = [part for part in _HYPHEN.split(run) if part]
    if language in ELIDING:
        return [piece for part in parts for piece in _APOSTROPHE.split(part) if piece]
    return [_APOSTROPHE.sub("", part) for part in parts]


def _is_elided(run: str, language: str) -> bool:
    return language in ELIDING and bool(_APOSTROPHE.search(run))


def _stem(word: str, language: str) -> list[str]:
    """Give the stem, in a list for there is none of a stop word."""
    if word in CAPITAL_NAMES:
        return [word]
    plural = _PLURAL_OF_CAPITALS.fullmatch(word)
    word = (plural.group(1) if plural else word)[:MAX_TOKEN_CHARACTERS]
    folded = fold(word)
    if folded in stop_words(language) or not folded:
        return []
    if language == ENGLISH:
        return [stem(ACRONYM_PLURALS.get(folded, folded))]
    # Accents tell a stemmer more than nothing: it comes first.
    return [fold(stem(unicodedata.normalize("NFC", word.casefold()), language)) or folded]


def _spelt_out(word: str, language: str) -> list[str]:
    """Write ä, ö and ü with an e, as those do who have no such key; German's stemmer knows it already."""
    if word.isascii() or language == "de":
        return []
    small = unicodedata.normalize("NFC", word.lower())
    return _stem(small.translate(_TWO_LETTERS), language) if _UMLAUT.search(small) else []


def _forms_by_script(run: str, language: str) -> Forms:
    found: list[Forms] = []
    for piece in _SCRIPT.findall(unicodedata.normalize("NFKC", run)):
        if not _HAS_WITHOUT_SPACES.match(piece):
            found += [_forms(inner, language) for inner in _RUN.findall(piece)]
        elif len(piece) == 1:
            found.append(Forms((piece,)))
        else:
            pairs = tuple(piece[i : i + 2] for i in range(len(piece) - 1))
            found.append(Forms(pairs, signs=tuple(_SAYS_SOMETHING_ALONE.findall(piece))))
    return Forms(*(tuple(one for forms in found for one in forms[part]) for part in range(3)))


def _without_dots(run: str) -> list[str]:
    """Keep 2.5 and join U.S. and 1,000, for their parts alone mean something else; other dots part words."""
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
