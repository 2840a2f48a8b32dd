"""Numbers of people as a report may say them under the present setting."""

from __future__ import annotations

from collections.abc import Sequence

from content_map.domain.disclosure import LEAST_PEOPLE, PeopleInReports, people_text
from content_map.domain.statistics import fraction_text
from content_map.reports.parts import Cell, Definition, Fraction

ASKED_BY_AT_LEAST = 3  # api.md: others' terms only where 3 or more reps used them

FEW = Definition(
    "Fewer than 5",
    "One to four people are not told apart, and a team of fewer than five is never shown alone.",
)


def people(count: int, setting: PeopleInReports) -> Cell:
    """Give a number of people; one to four are told apart only where people are named."""
    if setting is PeopleInReports.NAMED or count == 0 or count >= LEAST_PEOPLE:
        return count
    return people_text(count)


def parts_of_people(parts: Sequence[Fraction], setting: PeopleInReports) -> list[str]:
    """Write how many of each group did something, as `12 of 30 (40 %)` or `fewer than 5 of 8`.

    All but one to four is as telling as one to four: `5 or more of 8`. A single such group could be reckoned from
    the total, which everybody reads: the smallest of the others is then written that way too.
    """
    if setting is PeopleInReports.NAMED:
        return [fraction_text(*each) for each in parts]
    vague = {place for place, each in enumerate(parts) if _is_few(each.part) or _is_few(each.n - each.part)}
    others = sorted((each.n, place) for place, each in enumerate(parts) if place not in vague)
    if len(vague) == 1 and others:
        vague.add(others[0][1])
    return [_vague(each) if place in vague else fraction_text(*each) for place, each in enumerate(parts)]


def _is_few(count: int) -> bool:
    return 0 < count < LEAST_PEOPLE


def _vague(each: Fraction) -> str:
    few = f"fewer than {LEAST_PEOPLE}" if each.part < LEAST_PEOPLE else f"{LEAST_PEOPLE} or more"
    return f"{few} of {each.n}"
