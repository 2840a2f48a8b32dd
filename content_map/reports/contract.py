"""What a report is: a name, who may read it, how it is built, and the tables every format shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.domain.permissions import Right
from content_map.domain.quarters import Quarter
from content_map.domain.unused import Thresholds

Cell = str | int | float | date | datetime | None


@dataclass(frozen=True, slots=True)
class Definitions:
    """The settings behind a report's numbers; they are printed on it."""

    time_zone: str = "UTC"
    fiscal_year_start: int = 1  # a month, 1-12
    thresholds: Thresholds = field(default_factory=Thresholds)

    @classmethod
    def from_settings(cls, settings: Settings) -> Definitions:
        """Take them from the organisation's settings."""
        thresholds = Thresholds(
            impressions=settings.passed_over_impressions,
            rank=settings.passed_over_rank,
            reps=settings.passed_over_reps,
        )
        return cls(settings.time_zone, settings.fiscal_year_start, thresholds)

    def bounds(self, quarter: Quarter) -> tuple[datetime, datetime]:
        """Give the quarter's first instant and the first one after it."""
        return quarter.bounds(ZoneInfo(self.time_zone), self.fiscal_year_start)

    def freezes_at(self, quarter: Quarter) -> datetime:
        """Give the instant from which the quarter's report may be frozen."""
        return quarter.freezes_at(ZoneInfo(self.time_zone), self.fiscal_year_start)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `key` for machines, `heading` for readers."""

    key: str
    heading: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as every format shows them; CSV takes the first table of a report."""

    name: str
    heading: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]


class Built(Protocol):
    """A report with its numbers in."""

    @property
    def tables(self) -> Sequence[Table]: ...

    def as_json(self) -> dict[str, Any]: ...


class Build(Protocol):
    """How the numbers get in: read-only, as known at `now`."""

    def __call__(
        self, session: Session, quarter: Quarter, definitions: Definitions, *, now: datetime
    ) -> Built: ...


@dataclass(frozen=True, slots=True)
class Report:
    """A report there is; `title` is a sentence that says what it answers."""

    name: str
    title: str
    right: Right
    build: Build
