"""Text to word pieces as BERT's uncased models were taught them.

The steps and their order are those of https://arxiv.org/abs/1810.04805 and the tokenizer published with it:
clean, put spaces around Han characters, strip accents, lower, part at punctuation, then the longest piece first.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

LONGEST_WORD = 100
WORDS_REMEMBERED = 50_000
_UNKNOWN, _FIRST, _LAST = "[UNK]", "[CLS]", "[SEP]"
# Han alone: kana and Hangul are words between spaces to this vocabulary.
_HAN = (
    *((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F)),
    *((0x2B740, 0x2B81F), (0x2B920, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F)),
)


class WordPieces:
    """A vocabulary of word pieces; a piece's id is its place in it, and `##` begins one that continues a word."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self._ids = {piece: place for place, piece in enumerate(pieces)}
        self._unknown, self._first, self._last = (self._ids[each] for each in (_UNKNOWN, _FIRST, _LAST))
        self._pieces = lru_cache(maxsize=WORDS_REMEMBERED)(self._parted)

    def ids(self, text: str, *, longest: int) -> list[int]:
        """Give the ids of a text's pieces between a first and a last mark, `longest` at most in all."""
        found = [self._first]
        for word in _words(text):
            found += self._pieces(word)
            if len(found) >= longest - 1:
                break
        return [*found[: longest - 1], self._last]

    def _parted(self, word: str) -> tuple[int, ...]:
        if len(word) > LONGEST_WORD:
            return (self._unknown,)
        found: list[int] = []
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next((each for each in ends if mark + word[start:each] in self._ids), None)
            if end is None:
                return (self._unknown,)
            found.append(self._ids[mark + word[start:end]])
            start = end
        return tuple(found)


def _words(text: str) -> Iterator[str]:
    for chunk in text.split():
        if chunk.isascii() and chunk.isalnum():
            yield chunk.lower()
        else:
            yield from _parts(_plain(chunk))


def _plain(chunk: str) -> str:
    cleaned = "".join(map(_cleaned, chunk))
    decomposed = unicodedata.normalize("NFD", cleaned)
    return "".join(each for each in decomposed if unicodedata.category(each) != "Mn").lower()


@lru_cache(maxsize=20_000)
def _cleaned(character: str) -> str:
    code = ord(character)
    if any(first <= code <= last for first, last in _HAN):
        return f" {character} "
    if character.isspace():
        return " "
    is_noise = code in (0, 0xFFFD) or unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs")
    return "" if is_noise else character


def _parts(text: str) -> Iterator[str]:
    for word in text.split():
        start = 0
        for place, character in enumerate(word):
            if _is_punctuation(character):
                if start < place:
                    yield word[start:place]
                yield character
                start = place + 1
        if start < len(word):
            yield word[start:]


@lru_cache(maxsize=20_000)
def _is_punctuation(character: str) -> bool:
    if character.isascii():  # signs such as $ and + are punctuation to BERT, whatever Unicode calls them
        return character.isprintable() and not character.isalnum() and character != " "
    return unicodedata.category(character).startswith("P")
