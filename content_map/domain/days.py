"""Days as people say them: how long ago, and which day of which month."""

from __future__ import annotations

from datetime import date

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_EPOCH = date(1970, 1, 1)
_DAYS_OF_A_WEEK, _DAYS_OF_A_MONTH, _DAYS_OF_A_YEAR = 7, 30, 365


def how_long_ago(day: date, today: date) -> str:
    """Say it in the largest unit of which there are two or more: 13 days ago, 3 weeks ago, 2 years ago."""
    days = (today - day).days
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    for unit, length in (("year", _DAYS_OF_A_YEAR), ("month", _DAYS_OF_A_MONTH), ("week", _DAYS_OF_A_WEEK)):
        if days >= 2 * length:
            return f"{days // length} {unit}s ago"
    return f"{days} days ago"


def number_of(day: date) -> int:
    """Count the days since 1970-01-01, as the index keeps a day."""
    return (day - _EPOCH).days


def day_and_month(day: date, today: date) -> str:
    """Write 3 May, with its year where that is not the present one."""
    said = f"{day.day} {_MONTHS[day.month - 1]}"
    return said if day.year == today.year else f"{said} {day.year}"
