"""The unused-content report as its page shows it: columns with their heights, rows of segments, table rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flask import url_for

from content_map.domain.conversations import BY_KEY, Conversation
from content_map.domain.eligibility import ELIGIBLE_DAYS
from content_map.domain.observation import Headline, Observed
from content_map.domain.unused import Split, Stage
from content_map.reports.unused_result import Row, UnusedReport
from content_map.web import charts
from content_map.web.speech import _


@dataclass(frozen=True, slots=True)
class Column:
    """One of the six classes."""

    key: Stage
    n: int
    y: float
    height: float
    url: str
    read_only: int
    taken_away: int


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """One conversation's assets by class."""

    key: Conversation
    unused: int
    total: int
    counts: Mapping[Stage, int]
    segments: Sequence[charts.Segment]
    said: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """One asset of a table."""

    asset: str
    title: str
    url: str
    conversation: Conversation
    owner: str
    stage: Stage
    days_live: int
    impressions: int
    reps: int
    opens: int
    uses: int
    outcomes: int
    accounts: int
    evidence: str | None
    reason: str | None
    cure: str | None
    in_bursts: int


@dataclass(frozen=True, slots=True)
class Definitions:
    """The settings behind the numbers."""

    minimum_days_live: int
    impressions: int
    rank: int
    reps: int
    time_zone: str
    fiscal_year_start: int


@dataclass(frozen=True, slots=True)
class UnusedView:
    """Everything the page says."""

    quarter: str
    label: str
    first_day: date
    last_day: date
    to_date: bool
    demo: bool
    observed: Observed
    headline: Headline
    previous: Headline | None
    largest: Stage | None
    columns: tuple[Column, ...]
    conversations: tuple[ConversationRow, ...]
    rows: tuple[TableRow, ...]
    too_new: tuple[TableRow, ...]
    internal: tuple[TableRow, ...]
    definitions: Definitions

    @property
    def eligible(self) -> int:
        """Count the assets that are judged."""
        return self.headline.eligible


def view_of(report: UnusedReport, *, only: Stage | None, demo: bool, zone: ZoneInfo) -> UnusedView:
    """Lay the report out; `only` narrows the table, never the figures above it."""
    quarter = report.question.quarter
    limits = report.question.definitions.thresholds
    unused = {stage: count for stage, count in report.classes.items() if stage.is_unused and count}
    return UnusedView(
        quarter=str(quarter),
        label=_("Q%(number)s %(year)s", number=quarter.number, year=quarter.year),
        first_day=report.question.bounds[0].astimezone(zone).date(),
        last_day=report.question.bounds[1].astimezone(zone).date() - timedelta(days=1),
        to_date=report.question.is_to_date,
        demo=demo,
        observed=report.observed,
        headline=report.headline,
        previous=report.previous,
        largest=max(unused, key=lambda stage: unused[stage]) if unused else None,
        columns=_columns(report),
        conversations=_conversations(report),
        rows=tuple(_row(row) for row in report.rows if only is None or row.stage is only),
        too_new=tuple(_row(row) for row in report.too_new),
        internal=tuple(_row(row) for row in report.internal),
        definitions=Definitions(
            ELIGIBLE_DAYS,
            limits.impressions,
            limits.rank,
            limits.reps,
            report.question.definitions.time_zone,
            report.question.definitions.fiscal_year_start,
        ),
    )


def _columns(report: UnusedReport) -> tuple[Column, ...]:
    most = max(report.classes.values(), default=0)
    splits = Counter(row.diagnosis.split for row in report.rows)
    return tuple(
        Column(
            stage,
            count,
            *charts.column(count, most),
            url_for(
                "pages.insights.unused",
                quarter=str(report.question.quarter),
                stage=stage.value,
                _anchor="rows",
            ),
            splits[Split.READ_ONLY] if stage is Stage.OPENED_NOT_USED else 0,
            splits[Split.TAKEN_AWAY] if stage is Stage.OPENED_NOT_USED else 0,
        )
        for stage, count in report.classes.items()
    )


def _conversations(report: UnusedReport) -> tuple[ConversationRow, ...]:
    counted = report.by_conversation
    widest = max((sum(classes.values()) for classes in counted.values()), default=0)
    return tuple(_conversation(key, classes, widest) for key, classes in counted.items())


def _conversation(key: Conversation, classes: Mapping[Stage, int], widest: int) -> ConversationRow:
    total = sum(classes.values())
    unused = sum(count for stage, count in classes.items() if stage.is_unused)
    said = _(
        "%(name)s: no use was recorded for %(unused)s of %(n)s.",
        name=BY_KEY[key].name,
        unused=unused,
        n=total,
    )
    return ConversationRow(key, unused, total, classes, charts.stacked(classes, widest), said)


def _row(row: Row) -> TableRow:
    return TableRow(
        asset=row.asset,
        title=row.title,
        url=url_for("pages.assets.page", asset_id=row.asset),
        conversation=row.conversation,
        owner=row.owner.name,
        stage=row.stage,
        days_live=row.standing.days_live,
        impressions=row.history.impressions,
        reps=row.history.reps,
        opens=row.history.opens,
        uses=row.history.uses,
        outcomes=row.history.outcomes_reached,
        accounts=row.history.accounts,
        evidence=row.diagnosis.evidence.value if row.diagnosis.evidence else None,
        reason=row.standing.reason.value if row.standing.reason else None,
        cure=row.diagnosis.cure.sentence if row.diagnosis.cure else None,
        in_bursts=row.in_bursts,
    )
