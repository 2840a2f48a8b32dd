"""Texts found by how their words begin, as fast for a hundred thousand as for ten."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, insort
from collections.abc import Hashable, Iterable, Iterator
from typing import Generic, TypeVar
from unicodedata import category, normalize

TAIL_WORDS = 4
# Chinese, Japanese and Korean put no spaces: any character may begin a word.
_SIGN = "぀-ヿ㐀-鿿가-힯"
_WORD = re.compile(rf"[{_SIGN}]|[^\W_{_SIGN}]+")
_REMADE_FROM = 1_000

Key = TypeVar("Key", bound=Hashable)


def folded(text: str) -> str:
    """Give the words of a text without case, accents and punctuation, a space between them."""
    if text.isascii():
        return " ".join(_WORD.findall(text.lower()))
    plain = "".join(each for each in normalize("NFKD", text.casefold()) if category(each) != "Mn")
    return " ".join(_WORD.findall(normalize("NFC", plain)))


def tails(text: str) -> tuple[str, ...]:
    """Give the ends of a text that somebody may be in the middle of, folded, the longest first.

    At the end of a sentence one letter is not the beginning of anything yet.
    """
    words = folded(text).split(" ")
    most = min(len(words), TAIL_WORDS)
    ends = (" ".join(words[-count:]) for count in range(most, 0, -1))
    return tuple(end for end in ends if len(end) > 1 or (end and len(words) == 1))


def completed(typed: str, words: str) -> str:
    """Write what was typed, with its last words gone on to be these: as many of them as these begin with."""
    whole = folded(words)
    starts = [found.start() for found in _WORD.finditer(typed)][-TAIL_WORDS:]
    for start in starts:
        if whole.startswith(folded(typed[start:])):
            return f"{typed[:start]}{words}"
    return words


class Beginnings(Generic[Key]):
    """Texts by key. Not safe for several threads: whoever keeps one guards it."""

    def __init__(self, texts: Iterable[tuple[Key, str]] = ()) -> None:
        self._make((key, folded(text)) for key, text in texts)

    def __len__(self) -> int:
        return len(self._slots)

    def put(self, key: Key, text: str) -> None:
        """Add a text, or replace the one of this key."""
        fold = folded(text)
        slot = self._slots.get(key)
        if slot is not None and self._texts[slot] == fold:
            return
        self.drop(key)
        slot = self._add(key, fold)
        insort(self._heads, slot, key=self._texts.__getitem__)
        for word in set(fold.split()):
            if word not in self._words:
                insort(self._sorted, word)
            self._words.setdefault(word, array("I")).append(slot)

    def drop(self, key: Key) -> None:
        """Remove the text of a key, if there is one."""
        if self._slots.pop(key, None) is None:
            return
        # The slot stays behind, unreachable; when many do, all is made anew.
        if len(self._texts) > 2 * len(self._slots) + _REMADE_FROM:
            self._make([(held, self._texts[slot]) for held, slot in self._slots.items()])

    def find(self, begun: str) -> Iterator[Key]:
        """Yield the keys of texts with a word, or words in a row, that begin so: first those that begin with it.

        `begun` is folded. The order is that of the texts, then that of the words.
        """
        if not begun:
            return
        given: set[int] = set()
        for slot in self._candidates(begun):
            if slot not in given and self._slots.get(self._keys[slot]) == slot:
                given.add(slot)
                yield self._keys[slot]

    def _candidates(self, begun: str) -> Iterator[int]:
        for place in range(bisect_left(self._heads, begun, key=self._texts.__getitem__), len(self._heads)):
            if not self._texts[self._heads[place]].startswith(begun):
                break
            yield self._heads[place]
        *whole, last = begun.split(" ")
        if whole:
            inside = f" {begun}"
            rarest = min((self._words.get(word, array("I")) for word in whole), key=len)
            yield from (slot for slot in rarest if inside in self._texts[slot])
            return
        for place in range(bisect_left(self._sorted, last), len(self._sorted)):
            if not self._sorted[place].startswith(last):
                break
            yield from self._words[self._sorted[place]]

    def _make(self, texts: Iterable[tuple[Key, str]]) -> None:
        self._keys: list[Key] = []
        self._texts: list[str] = []
        self._slots: dict[Key, int] = {}
        self._words: dict[str, array[int]] = {}
        for key, fold in texts:
            slot = self._add(key, fold)
            for word in set(fold.split()):
                self._words.setdefault(word, array("I")).append(slot)
        self._heads = sorted(range(len(self._texts)), key=self._texts.__getitem__)
        self._sorted = sorted(self._words)

    def _add(self, key: Key, fold: str) -> int:
        slot = len(self._texts)
        self._keys.append(key)
        self._texts.append(fold)
        self._slots[key] = slot
        return slot
