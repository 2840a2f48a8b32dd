"""Conversations held and reached: the number both sides share, by the week for one and by the year for the other."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from content_map.domain.conversations import BY_KEY, Conversation
from content_map.domain.permissions import Right
from content_map.domain.statistics import fraction_text
from content_map.reports import holding, left_out
from content_map.reports.contract import Question, Report
from content_map.reports.finding import Finding
from content_map.reports.holding import Counted, Held
from content_map.reports.outcome_answers import is_use
from content_map.reports.parts import As, Cell, Chart, ChartKind, Column, Definition, Figure, Series, Table
from content_map.reports.rates import DIFFERENCE, INTERVAL, counted_as, difference_text, range_text
from content_map.reports.spans import Span, day_name, weeks, year_before

WEEKS = 13

_HELD = "An account and conversation with at least one counted use in that time."
_REACHED = "Of those held, the ones whose latest answer is that the outcome was reached, as known now."
_USES = "Counted uses by sales users: sent, shared, tailored, downloaded for a customer or logged by hand."


def build(session: Session, question: Question) -> Finding:
    """Count the quarter, the one before, the last weeks and the twelve months up to the end of each."""
    zone = question.definitions.zone
    until = min(question.bounds[1], question.now)
    quarter, before = Span(*question.bounds), Span(*question.definitions.bounds(question.quarter.previous()))
    short = weeks(until, WEEKS, zone)
    long = [year_before(week.end, zone) for week in short]
    ends = [week.end - timedelta(days=1) for week in short]
    year = year_before(question.bounds[1], zone)
    counted = holding.held(session, [quarter, before, year, *short, *long], question.also)
    now, then, lasting = (holding.total(counted[span]) for span in (quarter, before, year))
    return Finding(
        question,
        lead=[_sentence(now), _long_sentence(lasting)],
        figures=_figures(now, then, lasting),
        charts=[
            _chart(
                "weekly",
                "By the week",
                "In the last week",
                [each.start for each in short],
                short,
                counted,
                zone,
            ),
            _chart("yearly", "By the year", "In the last of these years", ends, long, counted, zone),
        ],
        tables=[
            _by_conversation(counted, quarter, before, year),
            _weekly(question, counted, short, long),
        ],
        definitions=[
            Definition("Held", _HELD),
            Definition("Reached", _REACHED),
            Definition("Use", _USES),
            Definition(
                "Week", "Monday to Monday. One held in two weeks is in both, and in a year or quarter once."
            ),
            Definition("Twelve months", "The year up to that end, by the calendar."),
            INTERVAL,
            DIFFERENCE,
        ],
        left_out=left_out.of_events(session, question, is_use()),
    )


REPORT = Report(
    name="conversations",
    heading="Conversations held and reached",
    title="How many sales conversations were held with our content, and how many reached their outcome",
    right=Right.SEE_REPORTS,
    build=build,
    place=2,
    is_frozen=True,
)


def _sentence(now: Held) -> str:
    if not now.held:
        return "No use was recorded in this quarter, so no conversation is known to have been held."
    return f"{fraction_text(*now.share)} conversations held with our content reached their outcome."


def _long_sentence(lasting: Held) -> str:
    return f"Over twelve months: {fraction_text(*lasting.share)}, with {counted_as(lasting.uses, 'use')}."


def _figures(now: Held, then: Held, lasting: Held) -> list[Figure]:
    change = difference_text(now.share, then.share)
    compared = f"The quarter before: {fraction_text(*then.share)}."
    return [
        Figure("held", "Held", now.held, _HELD, f"The quarter before: {then.held}."),
        Figure("reached", "Reached", now.share, _REACHED, f"{compared} {change}." if change else compared),
        Figure("uses", "Uses", now.uses, _USES, f"The quarter before: {then.uses}."),
        Figure(
            "held_12_months",
            "Held in twelve months",
            lasting.held,
            "The same over the year to the quarter’s end.",
        ),
        Figure(
            "reached_12_months",
            "Reached in twelve months",
            lasting.share,
            "Of those held in the year to the quarter’s end, the ones whose latest answer is reached.",
        ),
    ]


def _chart(
    name: str,
    heading: str,
    latest: str,
    days: list[datetime],
    spans: list[Span],
    counted: Counted,
    zone: ZoneInfo,
) -> Chart:
    totals = [holding.total(counted[span]) for span in spans]
    last = totals[-1]
    return Chart(
        name,
        heading,
        ChartKind.LINES,
        f"{latest} {fraction_text(*last.share)} reached their outcome.",
        tuple(day_name(day, zone) for day in days),
        (Series("held", "Held"), Series("reached", "Reached")),
        tuple((each.held, each.reached) for each in totals),
    )


def _by_conversation(counted: Counted, quarter: Span, before: Span, year: Span) -> Table:
    columns = (
        Column("conversation", "Conversation", As.CONVERSATION),
        Column("outcome", "Outcome", definition="What a success leaves behind."),
        Column("held", "Held", As.NUMBER, _HELD),
        Column("reached", "Reached", As.SHARE, _REACHED),
        Column("likely_range", "Likely range", definition=INTERVAL.meaning),
        Column("uses", "Uses", As.NUMBER, _USES),
        Column("reached_before", "Quarter before", As.SHARE, "Reached, of those held in the quarter before."),
        Column("difference", "Difference", definition=DIFFERENCE.meaning),
        Column("reached_12_months", "Twelve months", As.SHARE, "Reached, of those held in twelve months."),
        Column("uses_12_months", "Uses in twelve months", As.NUMBER, "Counted uses in twelve months."),
    )
    rows = [
        _row(each, counted[quarter][each], counted[before][each], counted[year][each])
        for each in Conversation
    ]
    return Table("by_conversation", "By conversation", columns, rows)


def _row(conversation: Conversation, now: Held, then: Held, lasting: Held) -> tuple[Cell, ...]:
    return (
        conversation.value,
        BY_KEY[conversation].outcome,
        now.held,
        now.share,
        range_text(now.share),
        now.uses,
        then.share,
        difference_text(now.share, then.share),
        lasting.share,
        lasting.uses,
    )


def _weekly(question: Question, counted: Counted, short: list[Span], long: list[Span]) -> Table:
    zone = question.definitions.zone
    columns = (
        Column("week", "Week from", As.DAY, "Its Monday."),
        Column("held", "Held", As.NUMBER, "In that week."),
        Column("reached", "Reached", As.SHARE, "Of those held in that week, as known now."),
        Column("uses", "Uses", As.NUMBER, "In that week."),
        Column("held_12_months", "Held in twelve months", As.NUMBER, "In the year to that week’s end."),
        Column("reached_12_months", "Reached in twelve months", As.SHARE, "Of those held in that year."),
        Column("uses_12_months", "Uses in twelve months", As.NUMBER, "In that year."),
    )
    rows: list[tuple[Cell, ...]] = []
    for week, year in zip(short, long, strict=True):
        lately, lasting = holding.total(counted[week]), holding.total(counted[year])
        rows.append(
            (
                week.start.astimezone(zone).date(),
                lately.held,
                lately.share,
                lately.uses,
                lasting.held,
                lasting.share,
                lasting.uses,
            )
        )
    return Table("weeks", "By the week and by the year", columns, rows)
