"""Stretches of time that one pass over the rows can count, however they overlap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, literal
from sqlalchemy.orm import InstrumentedAttribute

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` until before `end`."""

    start: datetime
    end: datetime


class Slices:
    """The pieces into which the ends of spans cut time: every span is made of whole pieces.

    Reports whose spans overlap (weeks, and the twelve months up to each of them) group by piece once and add
    the pieces up, instead of asking the database again for each span.
    """

    def __init__(self, spans: Iterable[Span]) -> None:
        self._cuts = sorted({end for span in spans for end in (span.start, span.end)})

    @property
    def start(self) -> datetime:
        """The first instant of all."""
        return self._cuts[0]

    @property
    def end(self) -> datetime:
        """The first instant after all."""
        return self._cuts[-1]

    def number(self, moment: InstrumentedAttribute[datetime] | ColumnElement[datetime]) -> ColumnElement[int]:
        """Give in SQL the piece that an instant between `start` and `end` lies in, counted from 0."""
        later = self._cuts[1:-1]
        if not later:
            return literal(0)
        return case(*((moment < cut, place) for place, cut in enumerate(later)), else_=len(later))

    def of(self, span: Span) -> range:
        """Give the numbers of the pieces that the span is made of."""
        return range(self._cuts.index(span.start), self._cuts.index(span.end))


def weeks(until: datetime, count: int, zone: ZoneInfo) -> list[Span]:
    """Give the last weeks from Monday to Monday in that zone, in order; the last one holds `until`'s eve."""
    day = (until - timedelta(microseconds=1)).astimezone(zone).date()
    monday = day - timedelta(days=day.weekday())
    starts = [monday - WEEK * back for back in range(count - 1, -2, -1)]
    bounds = [datetime.combine(each, time(), zone).astimezone(UTC) for each in starts]
    return [Span(start, end) for start, end in pairwise(bounds)]


def day_name(moment: datetime, zone: ZoneInfo) -> str:
    """Write the day that begins there in that zone as a chart names it: 7 Sep."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%b}"


def year_before(end: datetime, zone: ZoneInfo) -> Span:
    """Give the twelve months that end there, by the calendar of that zone."""
    local = end.astimezone(zone)
    # Of a leap day's year before only the 28th exists.
    day = 28 if (local.month, local.day) == (2, 29) else local.day
    return Span(local.replace(year=local.year - 1, day=day).astimezone(UTC), end)
