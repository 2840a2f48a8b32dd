"""Snowball's English stemmer (Porter2): one stem for an English word's forms.

Written from the algorithm's description at https://snowballstem.org/algorithms/english/stemmer.html.
"""

from __future__ import annotations

_VOWELS = frozenset("aeiouy")
_DOUBLES = ("bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt")
_BEFORE_LI = frozenset("cdeghkmnrt")
_IRREGULAR = {
    "skis": "ski",
    "skies": "sky",
    "dying": "die",
    "lying": "lie",
    "tying": "tie",
    "idly": "idl",
    "gently": "gentl",
    "ugly": "ugli",
    "early": "earli",
    "only": "onli",
    "singly": "singl",
    **{word: word for word in ("sky", "news", "howe", "atlas", "cosmos", "bias", "andes")},
}
_UNTOUCHED_AFTER_PLURAL = frozenset(
    {"inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed"}
)
# Longest suffix first within each step: the algorithm acts on the longest that matches, or not at all.
_STEP_2 = (
    ("ational", "ate"),
    ("fulness", "ful"),
    ("iveness", "ive"),
    ("ization", "ize"),
    ("ousness", "ous"),
    ("biliti", "ble"),
    ("lessli", "less"),
    ("tional", "tion"),
    ("alism", "al"),
    ("aliti", "al"),
    ("ation", "ate"),
    ("entli", "ent"),
    ("fulli", "ful"),
    ("iviti", "ive"),
    ("ousli", "ous"),
    ("abli", "able"),
    ("alli", "al"),
    ("anci", "ance"),
    ("ator", "ate"),
    ("enci", "ence"),
    ("izer", "ize"),
    ("bli", "ble"),
    ("ogi", "og"),
    ("li", ""),
)
_STEP_3 = (
    ("ational", "ate"),
    ("tional", "tion"),
    ("alize", "al"),
    ("ative", ""),
    ("icate", "ic"),
    ("iciti", "ic"),
    ("ical", "ic"),
    ("ness", ""),
    ("ful", ""),
)
_STEP_4 = (
    *("ement", "able", "ance", "ence", "ible", "ment", "ant", "ate", "ent", "ion", "ism", "iti", "ive"),
    *("ize", "ous", "al", "er", "ic"),
)


def stem(word: str) -> str:
    """Reduce a lower-case word of a-z to its stem; words of one or two letters stay."""
    if len(word) <= 2:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    word = _mark_consonant_y(word)
    r1, r2 = _regions(word)
    word = _without_plural(word)
    if word in _UNTOUCHED_AFTER_PLURAL:
        return word
    word = _without_past(word, r1)
    if len(word) > 2 and word[-1] in "yY" and word[-2] not in _VOWELS:
        word = word[:-1] + "i"
    word = _step_2(word, r1)
    word = _step_3(word, r1, r2)
    word = _step_4(word, r2)
    return _step_5(word, r1, r2).replace("Y", "y")


def _mark_consonant_y(word: str) -> str:
    if "y" not in word:
        return word
    letters = list(word)
    for i, letter in enumerate(letters):
        if letter == "y" and (i == 0 or letters[i - 1] in _VOWELS):
            letters[i] = "Y"
    return "".join(letters)


def _regions(word: str) -> tuple[int, int]:
    r1 = next((len(p) for p in ("gener", "commun", "arsen") if word.startswith(p)), None)
    if r1 is None:
        r1 = _after_vowel_and_consonant(word, 0)
    return r1, _after_vowel_and_consonant(word, r1)


def _after_vowel_and_consonant(word: str, start: int) -> int:
    for i in range(start + 1, len(word)):
        if word[i] not in _VOWELS and word[i - 1] in _VOWELS:
            return i + 1
    return len(word)


def _without_plural(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith(("ied", "ies")):
        return word[:-2] if len(word) > 4 else word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")) and _has_vowel(word[:-2]):
        return word[:-1]
    return word


def _without_past(word: str, r1: int) -> str:
    for suffix in ("eedly", "ingly", "edly", "eed", "ing", "ed"):
        if word.endswith(suffix):
            break
    else:
        return word
    rest = word[: -len(suffix)]
    if suffix in ("eed", "eedly"):
        return rest + "ee" if len(rest) >= r1 else word
    if not _has_vowel(rest):
        return word
    if rest.endswith(("at", "bl", "iz")):
        return rest + "e"
    if rest.endswith(_DOUBLES):
        return rest[:-1]
    if r1 >= len(rest) and _ends_short(rest):
        return rest + "e"
    return rest


def _step_2(word: str, r1: int) -> str:
    for suffix, instead in _STEP_2:
        if word.endswith(suffix):
            rest = word[: -len(suffix)]
            refused = (suffix == "ogi" and not rest.endswith("l")) or (
                suffix == "li" and rest[-1:] not in _BEFORE_LI
            )
            return word if refused or len(rest) < r1 else rest + instead
    return word


def _step_3(word: str, r1: int, r2: int) -> str:
    for suffix, instead in _STEP_3:
        if word.endswith(suffix):
            rest = word[: -len(suffix)]
            return rest + instead if len(rest) >= (r2 if suffix == "ative" else r1) else word
    return word


def _step_4(word: str, r2: int) -> str:
    for suffix in _STEP_4:
        if word.endswith(suffix):
            rest = word[: -len(suffix)]
            refused = suffix == "ion" and rest[-1:] not in ("s", "t")
            return word if refused or len(rest) < r2 else rest
    return word


def _step_5(word: str, r1: int, r2: int) -> str:
    rest = word[:-1]
    if word.endswith("e") and (len(rest) >= r2 or (len(rest) >= r1 and not _ends_short(rest))):
        return rest
    if word.endswith("ll") and len(rest) >= r2:
        return rest
    return word


def _has_vowel(part: str) -> bool:
    return not _VOWELS.isdisjoint(part)


def _ends_short(part: str) -> bool:
    if len(part) == 2:
        return part[0] in _VOWELS and part[1] not in _VOWELS
    return (
        len(part) > 2
        and part[-1] not in _VOWELS
        and part[-1] not in "wxY"
        and part[-2] in _VOWELS
        and part[-3] not in _VOWELS
    )
