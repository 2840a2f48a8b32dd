"""How long ago something was published, in the steps in which reports speak of it."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from enum import StrEnum


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
    return next((step for months, step in _STEPS if on < later_month(published, months)), Age.FROM_2_YEARS)


def later_month(day: date, months: int) -> date:
    """Give the same day some months later, or that month's last where it has no such day (29, 30, 31)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
