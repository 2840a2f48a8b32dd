"""What reports may say of people: nothing by default, and no split that could point at one of them."""

from __future__ import annotations

import hmac
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Generic, TypeVar

LEAST_PEOPLE = 5  # product.md: any split under 5 people is suppressed at every exit


class PeopleInReports(StrEnum):
    """The setting PEOPLE_IN_REPORTS: who may appear in reports and exports."""

    NONE = "none"
    TEAM = "team"
    NAMED = "named"


K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Split(Generic[K]):
    """Groups that may be shown, and those that only a common row may speak of.

    `folded` is empty or has at least LEAST_PEOPLE people in all, unless there are fewer altogether: then
    `shown` is empty too and nothing of the split may be said.
    """

    shown: tuple[K, ...]
    folded: tuple[K, ...]


def split(people: Mapping[K, int]) -> Split[K]:
    """Decide which groups of so many people may stand alone.

    A single small group could be reckoned from the total and the others: it takes the smallest of them along.
    Groups of nobody stay out of both.
    """
    there = sorted((key for key in people if people[key] > 0), key=lambda key: (people[key], str(key)))
    folded = [key for key in there if people[key] < LEAST_PEOPLE]
    shown = [key for key in there if people[key] >= LEAST_PEOPLE]
    while folded and shown and sum(people[key] for key in folded) < LEAST_PEOPLE:
        folded.append(shown.pop(0))
    return Split(tuple(key for key in people if key in shown), tuple(key for key in people if key in folded))


def people_text(people: int) -> str:
    """Write a number of people as it may be said under `none` and `team`: one to four are not told apart."""
    return str(people) if people == 0 or people >= LEAST_PEOPLE else f"fewer than {LEAST_PEOPLE}"


def pseudonym(secret: str, quarter: str, person_id: str) -> str:
    """Name a person for one quarter's exports: the same within it, never to be joined with another quarter's."""
    digest = hmac.new(secret.encode(), f"{quarter}:{person_id}".encode(), sha256).hexdigest()
    return f"person-{digest[:12]}"
