"""Numbers of people as a report may say them under the present setting."""

from __future__ import annotations

from content_map.domain.disclosure import LEAST_PEOPLE, PeopleInReports, people_text
from content_map.domain.statistics import fraction_text
from content_map.reports.parts import Cell, Definition

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


def part_of_people(part: int, n: int, setting: PeopleInReports) -> str:
    """Write how many of so many people did something, as `12 of 30 (40 %)` or `fewer than 5 of 8`.

    All but one to four is as telling as one to four.
    """
    if setting is PeopleInReports.NAMED or (part >= LEAST_PEOPLE and (n == part or n - part >= LEAST_PEOPLE)):
        return fraction_text(part, n)
    if part == 0:
        return f"none of {n}"
    return f"{people_text(part)} of {n}" if part < LEAST_PEOPLE else f"more than {n - LEAST_PEOPLE} of {n}"
