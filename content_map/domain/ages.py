"""How long ago something was published, in the steps in which reports speak of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from content_map.domain.reviewing import months_later


class Age(StrEnum):
    """Time since publication, youngest first."""

    UNDER_3_MONTHS = "under_3_months"
    FROM_3_MONTHS = "3_to_6_months"
    FROM_6_MONTHS = "6_to_12_months"
    FROM_1_YEAR = "1_to_2_years"
    FROM_2_YEARS = "over_2_years"


# The months after which the next step begins.
_STEPS = ((3, Age.UNDER_3_MONTHS), (6, Age.FROM_3_MONTHS), (12, Age.FROM_6_MONTHS), (24, Age.FROM_1_YEAR))


def age(published: date, on: date) -> Age:
    """Name the step that somebody is in on a day; days before the publication are its youngest."""
    return next((step for months, step in _STEPS if on < months_later(published, months)), Age.FROM_2_YEARS)
