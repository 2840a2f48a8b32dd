"""Misspelt words: the one word of the vocabulary that must have been meant, or none."""

from __future__ import annotations

from collections.abc import Iterable

from content_map.domain.nearest import edit_distance

TYPO_FROM_LETTERS = 5
_LONG = 7  # from here on a word may be two edits away if its letters or its consonants are the same
_TOO_LONG = 24

# "Owned" is no misspelt "owner", nor "planes" a misspelt "planet": the last letter makes another word.
_ENDINGS = frozenset("dgnrsy")
_VOWELS = str.maketrans("", "", "aeiouy")


class NearWords:
    """Words by what is left of them without one letter: one edit apart means a remainder in common.

    Long words are also kept by their letters and by their consonants: “wearhouse”, “maintainance”.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._by_rest: dict[str, str | tuple[str, ...]] = {}
        for word in words:
            if TYPO_FROM_LETTERS <= len(word) <= _TOO_LONG:
                for mark in _marks(word):
                    held = self._by_rest.get(mark)
                    # Most remainders belong to one word alone, and a bare string is the cheapest to keep.
                    if held is None:
                        self._by_rest[mark] = word
                    else:
                        self._by_rest[mark] = (held, word) if isinstance(held, str) else (*held, word)

    def only(self, word: str) -> str | None:
        """Give the one word that `word` misspells; None where there is none or a choice.

        It begins alike, and is one edit away; where nothing is, two edits between long words.
        """
        if not TYPO_FROM_LETTERS <= len(word) <= _TOO_LONG:
            return None
        candidates: set[str] = set()
        for mark in _marks(word):
            held = self._by_rest.get(mark)
            if isinstance(held, str):
                candidates.add(held)
            elif held is not None:
                candidates.update(held)
        for edits in (1, 2):
            near = [each for each in candidates if _is_misspelt(word, each, edits)]
            if near:
                return near[0] if len(near) == 1 else None
        return None


def _is_misspelt(word: str, right: str, edits: int) -> bool:
    if right[0] != word[0] and sorted(right[:2]) != sorted(word[:2]):
        return False
    if _is_another_form(word, right) or edit_distance(word, right, at_most=edits) != edits:
        return False
    if edits > 1 and word[-2:] != right[-2:]:  # “integrity” is another form of “integrate”
        return False
    # Among short words nearly every letter makes another word (trial, trail; audit, adult): a slip of two keys.
    return len(word) > TYPO_FROM_LETTERS or len(right) > TYPO_FROM_LETTERS or sorted(word) == sorted(right)


def _is_another_form(word: str, right: str) -> bool:
    if len(word) == len(right):
        return word[:-1] == right[:-1] and word[-1] in _ENDINGS
    shorter, longer = sorted((word, right), key=len)
    return longer[:-1] == shorter and longer[-1] in _ENDINGS


def _marks(word: str) -> set[str]:
    marks = {word[:place] + word[place + 1 :] for place in range(len(word))}
    marks.add(word)
    if len(word) >= _LONG:
        # A digit before each keeps them apart from remainders, which are all letters.
        marks.add("1" + "".join(sorted(word)))
        consonants = word.translate(_VOWELS)
        if len(consonants) >= _LONG // 2:
            marks.add("2" + word[0] + _without_doubles(consonants))
    return marks


def _without_doubles(letters: str) -> str:
    return "".join(
        letter for place, letter in enumerate(letters) if not place or letters[place - 1] != letter
    )
