"""What a report is: a name, who may read it, the question it answers, and what an answer offers to formats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from content_map.config import Settings
from content_map.domain.disclosure import PeopleInReports
from content_map.domain.people import Actor
from content_map.domain.permissions import Right
from content_map.domain.quarters import Quarter
from content_map.domain.unused import Thresholds
from content_map.domain.usage import ExcludedReason
from content_map.reports.parts import Chart, Definition, Figure, Table


@dataclass(frozen=True, slots=True)
class Definitions:
    """The settings behind a report's numbers; they are printed on it."""

    time_zone: str = "UTC"
    fiscal_year_start: int = 1  # a month, 1-12
    thresholds: Thresholds = field(default_factory=Thresholds)
    people: PeopleInReports = PeopleInReports.NONE

    @classmethod
    def from_settings(cls, settings: Settings) -> Definitions:
        """Take them from the organisation's settings."""
        thresholds = Thresholds(
            impressions=settings.passed_over_impressions,
            rank=settings.passed_over_rank,
            reps=settings.passed_over_reps,
        )
        return cls(
            settings.time_zone,
            settings.fiscal_year_start,
            thresholds,
            PeopleInReports(settings.people_in_reports),
        )

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's time zone."""
        return ZoneInfo(self.time_zone)

    def quarter_of(self, moment: datetime) -> Quarter:
        """Name the quarter that an instant lies in."""
        return Quarter.from_instant(moment, self.zone, self.fiscal_year_start)

    def bounds(self, quarter: Quarter) -> tuple[datetime, datetime]:
        """Give the quarter's first instant and the first one after it."""
        return quarter.bounds(self.zone, self.fiscal_year_start)

    def freezes_at(self, quarter: Quarter) -> datetime:
        """Give the instant from which the quarter's report may be frozen."""
        return quarter.freezes_at(self.zone, self.fiscal_year_start)


# The same act twice, and what its author took back: no switch counts these.
NEVER_COUNTED = frozenset({ExcludedReason.REPEAT, ExcludedReason.CORRECTED})
COUNTED_BY_SWITCH = frozenset(ExcludedReason) - NEVER_COUNTED


@dataclass(frozen=True, slots=True)
class Question:
    """What a report is asked: which quarter, as known when, by whom.

    `viewer` None asks for everybody, as a frozen report is read: nothing in it may depend on who looks.
    `asset` only for reports about one asset. `with_left_out` counts the rows of owners, other roles, bots,
    test accounts and agents too; repeats and corrections are the same act twice and never count.
    """

    quarter: Quarter
    definitions: Definitions
    now: datetime
    viewer: Actor | None = None
    asset: str | None = None
    with_left_out: bool = False

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The quarter's first instant and the first one after it."""
        return self.definitions.bounds(self.quarter)

    @property
    def also(self) -> frozenset[ExcludedReason]:
        """The reasons for leaving an event out that are disregarded, as `measures.Scope` takes them."""
        return COUNTED_BY_SWITCH if self.with_left_out else frozenset()

    @property
    def is_to_date(self) -> bool:
        """Say whether the quarter still runs."""
        return self.now < self.bounds[1]


class Built(Protocol):
    """A report with its numbers in; `lead` is the finding, the sentences a manager can repeat first."""

    @property
    def lead(self) -> Sequence[str]: ...
    @property
    def figures(self) -> Sequence[Figure]: ...
    @property
    def charts(self) -> Sequence[Chart]: ...
    @property
    def tables(self) -> Sequence[Table]: ...
    @property
    def definitions(self) -> Sequence[Definition]: ...
    @property
    def left_out(self) -> Mapping[ExcludedReason, int]: ...

    def as_json(self) -> dict[str, Any]: ...


class Build(Protocol):
    """How the numbers get in: read-only, as known at the question's `now`."""

    def __call__(self, session: Session, question: Question) -> Built: ...


@dataclass(frozen=True, slots=True)
class Report:
    """A report there is: `heading` names it, `title` is a sentence that says what it answers.

    `place` orders the list of reports. `is_frozen`: the worker freezes it at quarter end + 7 days.
    """

    name: str
    heading: str
    title: str
    right: Right
    build: Build
    place: int = 100
    needs_asset: bool = False
    is_frozen: bool = False
