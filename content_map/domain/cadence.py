"""How often somebody is mailed, and for which stretch of time a mail is due: once each, whatever restarts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

SENT_FROM = time(7)


class Cadence(StrEnum):
    """How often a report comes by mail."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"  # once a quarter's report is frozen


@dataclass(frozen=True, slots=True)
class Period:
    """A week or month that has ended: its name, its last day, and the instant from which its mail goes out."""

    key: str
    last_day: date
    due_at: datetime


def ended_week(now: datetime, zone: ZoneInfo) -> Period:
    """Give the last week whose mail is due: it goes out from Monday 7:00 on, in the organisation's zone."""
    monday = _begun(now, zone, lambda day: day - timedelta(days=day.weekday()))
    sunday = monday - timedelta(days=1)
    year, week, _ = sunday.isocalendar()
    return Period(f"{year}-W{week:02}", sunday, _opens(monday, zone))


def ended_month(now: datetime, zone: ZoneInfo) -> Period:
    """Give the last month whose mail is due: it goes out from the first day of the next one, 7:00, on."""
    first = _begun(now, zone, lambda day: day.replace(day=1))
    last = first - timedelta(days=1)
    return Period(f"{last.year}-{last.month:02}", last, _opens(first, zone))


def _begun(now: datetime, zone: ZoneInfo, first_of: Callable[[date], date]) -> date:
    """Give the first day of the latest stretch that has opened by `now`."""
    first = first_of(now.astimezone(zone).date())
    return first if _opens(first, zone) <= now else first_of(first - timedelta(days=1))


def _opens(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, SENT_FROM, zone)
