"""A company's size from the numbers a rep writes: heads, beds or revenue to one of three bands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from content_map.domain.numbers import SPELLED, spelled_value, value_of

# Gartner's usual cuts: mid-market from 100 heads or $50 million, enterprise from 1,000 heads or $1 billion.
MID_MARKET_HEADS, ENTERPRISE_HEADS = 100, 1_000
MID_MARKET_REVENUE, ENTERPRISE_REVENUE = 50e6, 1e9
# The Agency for Healthcare Research and Quality groups hospitals so: small, medium from 100, large from 500 beds.
MID_MARKET_BEDS, ENTERPRISE_BEDS = 100, 500
SMALL, MID_MARKET, ENTERPRISE = "small-business", "mid-market", "enterprise"

_FEWEST_PEOPLE = 20  # “3 people in the meeting” is no company

_NUMBER = r"(?:\d{1,3}(?:[,.'’ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,]\d{1,2}(?!\d))?)"
_TIMES_HEADS = r"(?:\s?(?P<times>k|m|thousand|million|hundred))?"
_ABOUT = (
    r"(?:about |around |some |over |nearly |roughly |approx\.? |approximately |circa |ca\.? |almost |more than "
    r"|just under |just over |under |below |up to |at least |only |~ ?|> ?|< ?|\+)?"
)
_PEOPLE = (
    r"employees?|staff(?:ers)?|people|persons?|ppl|ftes?|headcount|heads|workers|colleagues|co-?workers|associates"
    r"|team ?members|souls|strong|seats? company|engineers company"
)
_HEADS_AFTER = re.compile(
    rf"(?<![\w.,$£€–-])(?:{_NUMBER}k?\s?(?:-|–|to)\s?)?"
    rf"(?:(?P<number>{_NUMBER}){_TIMES_HEADS}|(?P<spelled>{SPELLED}))\s?\+?[\s-]?"
    rf"(?P<between>[a-z-]+\s)?(?P<what>{_PEOPLE}|lawyers?|consultants?|doctors?|drivers?|nurses?|teachers?)\b"
    r"(?!\s(?:team|teams|meeting|room|workshop|session|demo|pilot|call|project|licen|users?\b"
    r"|in the (?:room|meeting|call)|on the call|at the))"
    r"(?P<firm>[\s-]+(?:firm|company|practice|business|agency|outfit|group)\b)?",
    re.IGNORECASE,
)
_PROFESSIONS = re.compile(r"(?:lawyer|consultant|doctor|driver|nurse|teacher)", re.IGNORECASE)
_HEADS_BEFORE = re.compile(
    rf"\b(?:(?:staff|headcount|head count|workforce|payroll|company|firm|employees|ftes?)"
    rf"(?: of|:| =| count| is| ~| about| around)+\s?|(?:staff|headcount|head count|workforce|ftes?|employees)\s"
    rf"|employ(?:s|ing|ed)? )"
    rf"{_ABOUT}(?:(?P<number>{_NUMBER}){_TIMES_HEADS}|(?P<spelled>{SPELLED}))\+?(?![\w%])",
    re.IGNORECASE,
)
_BEDS = re.compile(rf"(?<![\w.,$£€-])(?P<number>{_NUMBER})\+?[\s-]?beds?\b", re.IGNORECASE)
_CURRENCY = r"(?:[£$€]|us\$|usd|eur|gbp|chf|sek|nok|dkk|aud|cad)"
_TIMES_MONEY = r"(?P<times>k|mn|mm|m|mio|mil|million|millions|bn|b|billion|billions)"
_MONEY = (
    rf"(?:{_CURRENCY}\s?)?(?<![\w.,])(?P<number>{_NUMBER})\s?{_TIMES_MONEY}\b\+?"
    rf"(?:\s?{_CURRENCY}|\s(?:dollars|euros|pounds))?"
)
_REVENUE = r"revenues?|turnover|sales|arr|annual income|t/o"
_REVENUE_AFTER = re.compile(
    rf"{_MONEY}[\s-]?(?:in |of |a year in |annual |yearly |of annual |per year |p\.?a\.? )*"
    rf"(?:{_REVENUE}|(?:[a-z-]+ )?(?:company|business|group|firm|corporation|enterprise))\b",
    re.IGNORECASE,
)
_REVENUE_BEFORE = re.compile(
    rf"\b(?:{_REVENUE})(?: of| is| at| around| about| over| are|:| =|,)*\s?{_ABOUT}{_MONEY}", re.IGNORECASE
)

_ADJECTIVES = {
    "small": SMALL,
    "smallish": SMALL,
    "tiny": SMALL,
    "little": SMALL,
    "micro": SMALL,
    "large": ENTERPRISE,
    "largest": ENTERPRISE,
    "big": ENTERPRISE,
    "biggest": ENTERPRISE,
    "huge": ENTERPRISE,
    "global": ENTERPRISE,
    "giant": ENTERPRISE,
    "massive": ENTERPRISE,
}


class SizeFound(NamedTuple):
    """A size band's key and the words that say it, as a span of the text."""

    band: str
    start: int
    end: int


def band_of(adjective: str) -> str | None:
    """Give the band that an adjective before a kind of company means."""
    return _ADJECTIVES.get(adjective)


def sizes_in(text: str) -> Iterator[SizeFound]:
    """Find numbers of heads, beds and revenues, in digits or in words."""
    has_digits = any(character.isdigit() for character in text)
    if not has_digits and not _SPELLED_TIMES.search(text):
        return
    for found in _HEADS_AFTER.finditer(text):
        heads = _heads(found)
        what = found["what"].casefold()
        if _PROFESSIONS.match(what) and found["firm"] is None:
            continue  # “40 nurses” are a ward, “a 40-lawyer firm” is a company
        # “3 people” may be a meeting, and so may three of anything between the number and the noun.
        is_loose = what.startswith(("pe", "pp")) or found["between"] is not None
        if heads >= (_FEWEST_PEOPLE if is_loose and found["firm"] is None else 2):
            yield SizeFound(_band(heads, MID_MARKET_HEADS, ENTERPRISE_HEADS), *found.span())
    for found in _HEADS_BEFORE.finditer(text):
        yield SizeFound(_band(_heads(found), MID_MARKET_HEADS, ENTERPRISE_HEADS), *found.span())
    if not has_digits:
        return
    for found in _BEDS.finditer(text):
        yield SizeFound(_band(value_of(found["number"]), MID_MARKET_BEDS, ENTERPRISE_BEDS), *found.span())
    for pattern in (_REVENUE_AFTER, _REVENUE_BEFORE):
        for found in pattern.finditer(text):
            revenue = value_of(found["number"], found["times"])
            yield SizeFound(_band(revenue, MID_MARKET_REVENUE, ENTERPRISE_REVENUE), *found.span())


_SPELLED_TIMES = re.compile(
    r"\b(?:hundred|thousand|dozen|[a-z]{2,5}ty|[a-z]{3,5}teen|ten|twelve)\b", re.IGNORECASE
)


def _heads(found: re.Match[str]) -> float:
    if found["spelled"]:
        return spelled_value(found["spelled"])
    return value_of(found["number"], found["times"])


def _band(amount: float, mid_market: float, enterprise: float) -> str:
    if amount >= enterprise:
        return ENTERPRISE
    return MID_MARKET if amount >= mid_market else SMALL
