"""Made reports of every kind of cell, to write in every format."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from content_map.domain.permissions import Right
from content_map.domain.quarters import Quarter
from content_map.domain.usage import ExcludedReason
from content_map.reports.contract import Definitions, Question, Report
from content_map.reports.finding import Finding
from content_map.reports.formats import Freezing, Print
from content_map.reports.parts import (
    As,
    Cell,
    Chart,
    ChartKind,
    Column,
    Definition,
    Figure,
    Fraction,
    Series,
    Table,
)

NOW = datetime(2026, 10, 9, 9, 30, tzinfo=UTC)
QUESTION = Question(Quarter(2026, 3), Definitions(time_zone="America/New_York"), NOW)
COLUMNS = (
    Column("asset", "Asset id", As.ASSET),
    Column("title", "Asset", As.TITLE, "The asset's title at the quarter's end."),
    Column("conversation", "Conversation", As.CONVERSATION),
    Column("class", "Class", As.STAGE),
    Column("uses", "Uses", As.NUMBER, "Counted uses."),
    Column("reached", "Reached", As.SHARE),
    Column("day", "Live from", As.DAY),
    Column("last", "Last used", As.INSTANT),
)
CHART = Chart(
    "uses",
    "Uses by quarter",
    ChartKind.COLUMNS,
    "Uses doubled within the year.",
    ("2026-Q1", "2026-Q2", "2026-Q3"),
    (Series("uses", "Uses"),),
    ((37,), (None,), (74,)),
)


def row(title: str = "Late deliveries, in their numbers", uses: int = 3, **cells: Cell) -> tuple[Cell, ...]:
    """Make a row; name the cells that matter."""
    given: dict[str, Cell] = {
        "asset": "a1",
        "title": title,
        "conversation": "relevant-meeting",
        "class": "never-surfaced",
        "uses": uses,
        "reached": Fraction(6, 12),
        "day": date(2026, 7, 14),
        # 2 October in UTC, still 1 October in New York.
        "last": datetime(2026, 10, 2, 1, 15, tzinfo=UTC),
        **cells,
    }
    return tuple(given[column.key] for column in COLUMNS)


def _never_built(_session: Session, _question: Question) -> Finding:
    raise AssertionError("a made-up report is printed as it is given, never built")


REPORT = Report("made-up", "Made-up report", "What a report looks like", Right.SEE_REPORTS, _never_built)


def printed(
    rows: Sequence[tuple[Cell, ...]] = (),
    *,
    lead: Sequence[str] = ("No use was recorded for 1 of 1 assets.",),
    tables: Sequence[Table] | None = None,
    charts: Sequence[Chart] = (CHART,),
    freezing: Freezing | None = None,
    is_demo: bool = False,
) -> Print:
    """Make a print of the rows."""
    built = Finding(
        QUESTION,
        lead,
        tables if tables is not None else [Table("rows", "Eligible assets", COLUMNS, rows, "1 is new.")],
        [Figure("used", "Used", Fraction(61, 184), "Assets with a use.", "Before: 50 of 180.")],
        charts,
        [Definition("Use", "An asset that was taken to a named account.")],
        {ExcludedReason.BOT: 12, ExcludedReason.OWN: 3},
    )
    return Print(
        REPORT, QUESTION, built, is_demo=is_demo, freezing=freezing, base_url="https://map.example.com"
    )
