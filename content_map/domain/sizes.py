"""A company's size from the numbers a rep writes: heads or revenue to one of three bands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# Gartner's usual cuts: mid-market from 100 heads or $50 million, enterprise from 1,000 heads or $1 billion.
MID_MARKET_HEADS, ENTERPRISE_HEADS = 100, 1_000
MID_MARKET_REVENUE, ENTERPRISE_REVENUE = 50e6, 1e9
SMALL, MID_MARKET, ENTERPRISE = "small-business", "mid-market", "enterprise"

_FEWEST_PEOPLE = 20  # “3 people in the meeting” is no company

_NUMBER = r"(?P<number>\d{1,3}(?:[,.' ]\d{3})+(?![\d])|\d+(?:\.\d+)?)"
_ABOUT = (
    r"(?:about |around |some |over |nearly |roughly |approx\.? |circa |almost |more than |just under |~)?"
)
_HEADS_AFTER = re.compile(
    rf"(?<![\w.,$£€]){_NUMBER}\s?(?P<times>k|m|thousand|million)?\s?\+?[\s-]?(?P<between>[a-z-]+\s)?"
    r"(?P<what>employees?|staff|people|persons?|ftes?|headcount|workers|strong)\b",
    re.IGNORECASE,
)
_HEADS_BEFORE = re.compile(
    rf"\b(?:staff|headcount|workforce|payroll) of {_ABOUT}{_NUMBER}\s?(?P<times>k|m|thousand|million)?\b"
    rf"|\bemploy(?:s|ing)? {_ABOUT}(?P<number2>\d[\d,.]*)\s?(?P<times2>k|m|thousand|million)?\b",
    re.IGNORECASE,
)
_TIMES_MONEY = r"(?P<times>k|mn|mm|m|mil|million|bn|b|billion)"
_REVENUE_AFTER = re.compile(
    rf"(?:[£$€]|usd|eur|gbp)?\s?(?<![\w.,]){_NUMBER}\s?{_TIMES_MONEY}\b[\s-]?"
    r"(?:in |of |a year in |annual |yearly |of annual )*"
    r"(?:revenues?|turnover|sales|company|business|group|firm)\b",
    re.IGNORECASE,
)
_REVENUE_BEFORE = re.compile(
    rf"\b(?:revenues?|turnover|sales) (?:of|is|at|around|about|over|:)*\s?{_ABOUT}"
    rf"(?:[£$€]|usd|eur|gbp)?\s?{_NUMBER}\s?{_TIMES_MONEY}\b",
    re.IGNORECASE,
)
_TIMES = {
    "": 1.0,
    "k": 1e3,
    "thousand": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "mm": 1e6,
    "mil": 1e6,
    "million": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "billion": 1e9,
}


_ADJECTIVES = {
    "small": SMALL,
    "tiny": SMALL,
    "little": SMALL,
    "large": ENTERPRISE,
    "big": ENTERPRISE,
    "huge": ENTERPRISE,
    "global": ENTERPRISE,
    "giant": ENTERPRISE,
}


class SizeFound(NamedTuple):
    """A size band's key and the words that say it, as a span of the text."""

    band: str
    start: int
    end: int


def band_of(adjective: str) -> str | None:
    """Give the band that an adjective directly before a kind of company means."""
    return _ADJECTIVES.get(adjective)


def sizes_in(text: str) -> Iterator[SizeFound]:
    """Find numbers of heads and revenues."""
    if not any(character.isdigit() for character in text):
        return
    for found in _HEADS_AFTER.finditer(text):
        heads = _value(found["number"], found["times"])
        counts_people = found["what"].casefold().startswith("pe") or found["between"] is not None
        if heads >= (_FEWEST_PEOPLE if counts_people else 2):
            yield SizeFound(_band(heads, MID_MARKET_HEADS, ENTERPRISE_HEADS), *found.span())
    for found in _HEADS_BEFORE.finditer(text):
        heads = _value(found["number"] or found["number2"], found["times"] or found["times2"])
        yield SizeFound(_band(heads, MID_MARKET_HEADS, ENTERPRISE_HEADS), *found.span())
    for pattern in (_REVENUE_AFTER, _REVENUE_BEFORE):
        for found in pattern.finditer(text):
            revenue = _value(found["number"], found["times"])
            yield SizeFound(_band(revenue, MID_MARKET_REVENUE, ENTERPRISE_REVENUE), *found.span())


def _value(number: str, times: str | None) -> float:
    grouped = re.fullmatch(r"\d{1,3}(?:[,.' ]\d{3})+", number) is not None
    plain = re.sub(r"[,.' ]", "", number) if grouped else number.replace(",", ".").rstrip(".")
    try:
        return float(plain) * _TIMES[(times or "").casefold()]
    except ValueError:
        return 0.0


def _band(amount: float, mid_market: float, enterprise: float) -> str:
    if amount >= enterprise:
        return ENTERPRISE
    return MID_MARKET if amount >= mid_market else SMALL
