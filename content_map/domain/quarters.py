"""Quarters of the organisation's fiscal year, in its own time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from content_map.errors import Invalid

FREEZE_AFTER = timedelta(days=7)  # product.md: freeze at quarter end + 7 days
FIRST_YEAR, LAST_YEAR = 1900, 2999

_FORM = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """The `number`-th quarter (1-4) of a fiscal year, named for the calendar year in which it ends.

    Quarters compare in the order of time. `fiscal_year_start` is a month, 1-12, wherever it is asked for.
    """

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read the form `2026-Q3`. Raises Invalid with the form and an example."""
        found = _FORM.fullmatch(text.strip())
        if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            raise Invalid.field(
                "/quarter",
                f"“{text[:40]}” is not a quarter: write the year, -Q and 1 to 4, for example 2026-Q3.",
            )
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def from_instant(cls, now: datetime, time_zone: tzinfo, fiscal_year_start: int = 1) -> Quarter:
        """Name the quarter that `now` (aware) lies in."""
        local = now.astimezone(time_zone)
        months_in = (local.month - fiscal_year_start) % 12
        starts_this_year = local.month >= fiscal_year_start
        year = local.year + (1 if starts_this_year and fiscal_year_start > 1 else 0)
        quarter = cls(year, months_in // 3 + 1)
        # A clock set back across midnight shows the old date twice: the instants decide, not the date.
        start, end = quarter.bounds(time_zone, fiscal_year_start)
        if now < start:
            return quarter.previous()
        return quarter.next() if now >= end else quarter

    def bounds(self, time_zone: tzinfo, fiscal_year_start: int = 1) -> tuple[datetime, datetime]:
        """Give the first instant and the first instant after, both UTC: half-open, so quarters tile time."""
        return self._start(time_zone, fiscal_year_start), self.next()._start(time_zone, fiscal_year_start)

    def freezes_at(self, time_zone: tzinfo, fiscal_year_start: int = 1) -> datetime:
        """Give the instant from which the quarter's report may be frozen."""
        return self.bounds(time_zone, fiscal_year_start)[1] + FREEZE_AFTER

    def next(self) -> Quarter:
        """Give the quarter after this one."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    def previous(self) -> Quarter:
        """Give the quarter before this one."""
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)

    def _start(self, time_zone: tzinfo, fiscal_year_start: int) -> datetime:
        first_month = 12 * self.year + fiscal_year_start - 1 + 3 * (self.number - 1)
        if fiscal_year_start > 1:
            first_month -= 12
        year, month = divmod(first_month, 12)
        return datetime(year, month + 1, 1, tzinfo=time_zone).astimezone(UTC)

    def __str__(self) -> str:
        return f"{self.year:04d}-Q{self.number}"
