"""Numbers as people write them: 1,200 and 1.200 and 1 200, 12k, four hundred, a couple of thousand."""

from __future__ import annotations

import re

_FROM_ONE = """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen"""
_FROM_TWENTY = """twenty thirty forty fifty sixty seventy eighty ninety"""
_UNITS = {word: float(number) for number, word in enumerate(_FROM_ONE.split(), start=1)} | {
    "a": 1.0,
    "an": 1.0,
    "half": 0.5,
    "couple": 2.0,
    "few": 3.0,
    "several": 4.0,
}
_TENS = {word: 10.0 * number for number, word in enumerate(_FROM_TWENTY.split(), start=2)}
_SCALES = {"dozen": 12.0, "hundred": 100.0, "thousand": 1_000.0, "million": 1e6}
_TIMES = _SCALES | {
    "": 1.0,
    "k": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "mm": 1e6,
    "mio": 1e6,
    "mil": 1e6,
    "millions": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "billion": 1e9,
    "billions": 1e9,
}

_SMALL_WORDS = "|".join([*_UNITS, *_TENS])
# Runs of number words that begin with a number and hold a scale or a number of ten and more: “two of them” is none.
SPELLED = (
    rf"(?<![\w-])(?:(?:{_SMALL_WORDS})[\s-]+(?:of |a )?){{0,3}}(?:{'|'.join(_SCALES)})s?"
    rf"(?:(?:[\s-]+and)?[\s-]+(?:{_SMALL_WORDS}|hundred)){{0,4}}"
    rf"|(?<![\w-])(?:{'|'.join(_TENS)})(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine))?"
    r"|(?<![\w-])(?:ten|eleven|twelve|fifteen|eighteen)"
)
_WORD = re.compile(r"[a-z]+")
_GROUPED = re.compile(r"\d{1,3}(?:[,.'’ \u00a0\u202f]\d{3})+")
_SEPARATORS = re.compile(r"[,.'’ \u00a0\u202f]")


def value_of(number: str, times: str | None = None) -> float:
    """Give the value of a number in digits; three digits after a comma, point or space are thousands."""
    plain = _SEPARATORS.sub("", number) if _GROUPED.fullmatch(number) else number.replace(",", ".")
    return float(plain) * _TIMES[(times or "").casefold()]


def spelled_value(words: str) -> float:
    """Give the value of a number in words, such as “four hundred” or “two thousand five hundred”."""
    total = part = 0.0
    for word in _WORD.findall(words.casefold()):
        scale = _SCALES.get(word.removesuffix("s"))
        if scale is None:
            part += _UNITS.get(word, 0) + _TENS.get(word, 0)
        elif scale >= _SCALES["thousand"]:
            total, part = total + (part or 1) * scale, 0.0
        else:
            part = (part or 1) * scale
    return total + part
