"""Six quarters side by side, and beside each the twelve months that end with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from content_map.domain.comparing import difference_sentence, interval_text
from content_map.domain.quarters import Quarter
from content_map.domain.statistics import fraction_text
from content_map.domain.unused import Stage
from content_map.reports import counters
from content_map.reports.contract import Question
from content_map.reports.parts import As, Cell, Chart, ChartKind, Column, Fraction, Series, Table
from content_map.reports.unused import wording
from content_map.reports.unused.frozen import Frozen
from content_map.reports.unused.judging import Judged, Lives, judge
from content_map.reports.unused.rows import Classes, unused_of

SHOWN = 6
_TWELVE_MONTHS = 4  # quarters
_NOTE = "As published where the quarter was frozen, else as known now; empty where nothing was recorded yet."


@dataclass(frozen=True, slots=True)
class QuarterFigures:
    """One quarter's classes; of the same assets, those without use in `twelve_months` (None: not published).

    `frozen_on` None: reckoned as known now. `is_recorded` False: it was over before anything was recorded,
    and its classes say nothing.
    """

    quarter: Quarter
    classes: Classes
    twelve_months: int | None
    frozen_on: date | None = None
    is_recorded: bool = True

    @property
    def unused(self) -> Fraction:
        """How many without recorded use."""
        return unused_of(self.classes)

    @property
    def name(self) -> str:
        """How people call it."""
        return f"Q{self.quarter.number} {self.quarter.year}"


@dataclass(frozen=True, slots=True)
class Trend:
    """The quarters in the order of time; the last one is the report's own."""

    quarters: Sequence[QuarterFigures]

    @property
    def sentence(self) -> str:
        """Say how the share moved against the quarter before."""
        *earlier, present = self.quarters
        said = f"No use was recorded for {fraction_text(*present.unused)} in {present.name}."
        before = next((each for each in reversed(earlier) if each.is_recorded and each.unused.n), None)
        if not present.unused.n or before is None:
            return f"{said} No quarter before it can be compared."
        return f"{said} {difference_sentence(*present.unused, *before.unused, name=before.name)}"

    @property
    def charts(self) -> Sequence[Chart]:
        """Draw the classes, and the two lines."""
        names = tuple(each.name for each in self.quarters)
        stacked = Chart(
            "trend",
            "Six quarters",
            ChartKind.STACKED,
            self.sentence,
            names,
            tuple(Series(stage.value, name, stage.value) for stage, name in wording.STAGES.items()),
            tuple(
                tuple(each.classes[stage] if each.is_recorded else None for stage in Stage)
                for each in self.quarters
            ),
        )
        lines = Chart(
            "twelve_months",
            "Quarter and twelve months",
            ChartKind.LINES,
            self.seasonal_sentence,
            names,
            (
                Series("quarter", "No use in the quarter"),
                Series("twelve_months", "No use in twelve months"),
            ),
            tuple(
                (each.unused.part, each.twelve_months) if each.is_recorded else (None, None)
                for each in self.quarters
            ),
        )
        return [stacked, lines]

    @property
    def seasonal_sentence(self) -> str:
        """Say how many of the unused were used within the year."""
        present = self.quarters[-1]
        if present.twelve_months is None or not present.unused.part:
            return "Eligible assets without a recorded use, in the quarter and in the twelve months that end with it."
        seasonal = present.unused.part - present.twelve_months
        return f"Of the {present.unused.part} without use in the quarter, {seasonal} were used within twelve months."

    @property
    def table(self) -> Table:
        """Write the quarters with their n."""
        columns = (
            Column("quarter", "Quarter", As.KEY),
            Column("eligible", "Eligible", As.NUMBER),
            Column("unused", "No use recorded", As.SHARE),
            Column("interval", "95 % interval", definition=wording.INTERVAL),
            *(Column(stage.value, name, As.NUMBER) for stage, name in wording.STAGES.items()),
            Column("twelve_months", "No use in twelve months", As.SHARE),
            Column("frozen_on", "Frozen", As.DAY),
        )
        return Table("trend", "Six quarters", columns, [_cells(each) for each in self.quarters], _NOTE)


def question_of(question: Question, quarter: Quarter) -> Question:
    """Ask the same of another quarter."""
    return replace(question, quarter=quarter)


def quarters_until(quarter: Quarter, count: int) -> list[Quarter]:
    """List the quarters up to one, in the order of time."""
    found = [quarter]
    while len(found) < count:
        found.append(found[-1].previous())
    return found[::-1]


def trend(
    session: Session,
    judged: Judged,
    previous: Judged,
    published: Mapping[Quarter, Frozen],
    recorded_since: datetime | None,
    lived: Lives,
) -> Trend:
    """Put the quarters together: past ones as published where they were frozen, else as known now."""
    question = judged.question
    zone = question.definitions.zone
    known = {question.quarter: judged, previous.question.quarter: previous}
    used = used_by_quarter(session, question, quarters_until(question.quarter, SHOWN + _TWELVE_MONTHS - 1))
    figures = []
    for quarter in quarters_until(question.quarter, SHOWN):
        run = published.get(quarter)
        is_recorded = recorded_since is not None and recorded_since < question.definitions.bounds(quarter)[1]
        if run is not None and quarter != question.quarter:
            on = run.at.astimezone(zone).date()
            figures.append(QuarterFigures(quarter, run.classes, run.twelve_months, on, is_recorded))
        else:
            each = known.get(quarter) or judge(session, question_of(question, quarter), lived)
            without = without_use(each, used)
            figures.append(QuarterFigures(quarter, each.classes, without, is_recorded=is_recorded))
    return Trend(figures)


def without_use(judged: Judged, used: Mapping[Quarter, frozenset[str]]) -> int:
    """Count a quarter's eligible assets that were used in none of the four quarters up to it."""
    year = quarters_until(judged.question.quarter, _TWELVE_MONTHS)
    ever = frozenset().union(*(used[quarter] for quarter in year))
    return sum(asset_id not in ever for asset_id, _ in judged.eligible)


def used_by_quarter(
    session: Session, question: Question, quarters: Sequence[Quarter]
) -> Mapping[Quarter, frozenset[str]]:
    """Name the assets with any counted use, quarter by quarter."""
    return {quarter: counters.used(session, question_of(question, quarter)) for quarter in quarters}


def twelve_months(session: Session, judged: Judged) -> int:
    """Count the eligible assets without use in the twelve months that end with the quarter."""
    year = quarters_until(judged.question.quarter, _TWELVE_MONTHS)
    return without_use(judged, used_by_quarter(session, judged.question, year))


def _cells(figures: QuarterFigures) -> tuple[Cell, ...]:
    unused = figures.unused
    if not figures.is_recorded:
        return str(figures.quarter), unused.n, *([None] * (len(Stage) + 4))
    return (
        str(figures.quarter),
        unused.n,
        unused,
        interval_text(*unused),
        *(figures.classes[stage] for stage in Stage),
        None if figures.twelve_months is None else Fraction(figures.twelve_months, unused.n),
        figures.frozen_on,
    )
