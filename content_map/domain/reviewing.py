"""When an owner is asked whether an asset is still right, and for how long an answer holds."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from datetime import date, timedelta

# Days from the day of the review: two weeks before, on the day, a week after.
REMINDER_DAYS = (-14, 0, 7)


def reminder_due(review_by: date, today: date, reminded: Collection[int]) -> int | None:
    """Say which reminder is to be given today, as one of REMINDER_DAYS; None when there is none.

    Of several that were missed only the latest is given: three reminders at once say no more than one.
    """
    passed = [days for days in REMINDER_DAYS if review_by + timedelta(days=days) <= today]
    return passed[-1] if passed and passed[-1] not in reminded else None


def months_later(day: date, months: int) -> date:
    """Give the same day of a later month, or that month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def monday_of(day: date) -> date:
    """Give the Monday of the day's week."""
    return day - timedelta(days=day.weekday())
