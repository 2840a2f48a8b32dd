"""Search quality: how many settled searches led anywhere, by the week and by conversation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from content_map.domain.conversations import BY_KEY, Conversation
from content_map.domain.counting import USE_KINDS
from content_map.domain.permissions import Right
from content_map.domain.statistics import fraction_text
from content_map.domain.usage import EventKind, ExcludedReason
from content_map.models import Search, UsageEvent
from content_map.reports import asking
from content_map.reports.contract import Question, Report
from content_map.reports.finding import Finding
from content_map.reports.moments import later
from content_map.reports.outcome_answers import counts
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
from content_map.reports.rates import DIFFERENCE, INTERVAL, difference_text, range_text
from content_map.reports.spans import Slices, Span, day_name, weeks

WEEKS = 13
LEADS_WITHIN = timedelta(days=14)  # product.md: a use may be logged up to 14 days back
_LEADING = sorted(kind.value for kind in (*USE_KINDS, EventKind.OPEN, EventKind.DOWNLOAD))

_SUCCESS = "An asset it served was opened, downloaded or used from it, within 14 days."
_NO_OPEN = "It served assets, and none was opened or used from it."
_NO_RESULT = "It served nothing."
_AGAIN = "The same person asked anew within ten minutes, whatever came of the first search."


@dataclass(frozen=True, slots=True)
class Quality:
    """Settled searches of some time: the three that make up all of them, and those asked again."""

    success: int = 0
    no_open: int = 0
    no_result: int = 0
    again: int = 0

    @property
    def settled(self) -> int:
        """Every settled search is in exactly one of the first three."""
        return self.success + self.no_open + self.no_result

    def of_settled(self, part: int) -> Fraction:
        """Give a part of all settled searches."""
        return Fraction(part, self.settled)

    def __add__(self, other: Quality) -> Quality:
        return Quality(*(one + more for one, more in zip(astuple(self), astuple(other), strict=True)))


# By slice of time and conversation; None where a search was for none in particular.
Counted = Mapping[tuple[int, str | None], Quality]


def build(session: Session, question: Question) -> Finding:
    """Count the quarter, the one before and the last weeks in one pass."""
    quarter, before = Span(*question.bounds), Span(*question.definitions.bounds(question.quarter.previous()))
    lately = weeks(min(quarter.end, question.now), WEEKS, question.definitions.zone)
    slices = Slices([quarter, before, *lately])
    counted = _counted(session, question, slices)
    now, then = (_within(counted, slices, span) for span in (quarter, before))
    by_week = [_within(counted, slices, week) for week in lately]
    return Finding(
        question,
        lead=_lead(now),
        figures=_figures(now, then),
        charts=[_chart(lately, by_week, question.definitions.zone)],
        tables=[
            _by_conversation(counted, slices, quarter, before),
            _by_week(question, lately, by_week),
        ],
        definitions=[
            asking.SETTLED,
            Definition("Success", _SUCCESS),
            Definition("No open", _NO_OPEN),
            Definition("No result", _NO_RESULT),
            Definition("Reformulated", _AGAIN),
            INTERVAL,
            DIFFERENCE,
        ],
        left_out=asking.left_out(session, question),
    )


REPORT = Report(
    name="search-quality",
    heading="Search quality",
    title="How many searches led to an open or a use, and how many to nothing",
    right=Right.SEE_REPORTS,
    build=build,
    place=6,
)


def _counted(session: Session, question: Question, slices: Slices) -> Counted:
    asked = asking.counted(question, slices.start, slices.end)
    found: dict[tuple[int, str | None], Quality] = defaultdict(Quality)
    for piece, purpose, *parts in session.execute(_by_piece(question, slices, asked)):
        found[piece, purpose] = Quality(*map(int, parts))
    return found


def _by_piece(question: Question, slices: Slices, asked: Subquery) -> Select[Any]:
    # A repeat within the half-hour is no second open, but it shows that this search found the asset too.
    meant = or_(
        counts(UsageEvent.excluded_reason, question.also),
        UsageEvent.excluded_reason == ExcludedReason.REPEAT.value,
    )
    led = exists().where(
        UsageEvent.search_id == asked.c.id,
        UsageEvent.kind.in_(_LEADING),
        UsageEvent.occurred_at <= later(asked.c.asked_at, LEADS_WITHIN),
        meant,
    )
    following = aliased(Search)
    # By person, which has an index; `follows_id` has none.
    again = exists().where(
        following.user_id == asked.c.user_id,
        following.asked_at >= asked.c.asked_at,
        following.asked_at <= later(asked.c.asked_at, asking.REFORMULATION),
        following.follows_id == asked.c.id,
    )
    judged = select(
        slices.number(asked.c.asked_at).label("piece"),
        asked.c.purpose,
        led.label("led"),
        (asked.c.total == 0).label("is_empty"),
        again.label("again"),
    ).subquery("judged")
    parts = (
        _sum(judged.c.led),
        _sum(and_(~judged.c.led, ~judged.c.is_empty)),
        _sum(and_(~judged.c.led, judged.c.is_empty)),
        _sum(judged.c.again),
    )
    return select(judged.c.piece, judged.c.purpose, *parts).group_by(judged.c.piece, judged.c.purpose)


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


_ANY = object()


def _within(counted: Counted, slices: Slices, span: Span, purpose: object = _ANY) -> Quality:
    pieces = slices.of(span)
    fitting = (
        each
        for (piece, of), each in counted.items()
        if piece in pieces and (purpose is _ANY or of == purpose)
    )
    return sum(fitting, Quality())


def _lead(now: Quality) -> list[str]:
    if not now.settled:
        return ["Nobody searched in this quarter."]
    return [
        f"{fraction_text(*now.of_settled(now.success))} settled searches led to an open or a use.",
        f"{fraction_text(*now.of_settled(now.no_open))} served assets that nobody opened from them; "
        f"{fraction_text(*now.of_settled(now.no_result))} found nothing.",
    ]


def _figures(now: Quality, then: Quality) -> list[Figure]:
    return [
        Figure(
            "settled",
            "Settled searches",
            now.settled,
            asking.SETTLED.meaning,
            f"The quarter before: {then.settled}.",
        ),
        *(
            Figure(key, heading, now.of_settled(part), definition, _compared(now, then, part, before))
            for key, heading, definition, part, before in (
                ("success", "Success", _SUCCESS, now.success, then.success),
                ("no_open", "No open", _NO_OPEN, now.no_open, then.no_open),
                ("no_result", "No result", _NO_RESULT, now.no_result, then.no_result),
                ("reformulated", "Reformulated", _AGAIN, now.again, then.again),
            )
        ),
    ]


def _compared(now: Quality, then: Quality, part: int, before: int) -> str:
    was = f"The quarter before: {fraction_text(before, then.settled)}."
    change = difference_text(now.of_settled(part), then.of_settled(before))
    return f"{was} {change}." if change else was


def _chart(lately: Iterable[Span], by_week: Iterable[Quality], zone: ZoneInfo) -> Chart:
    qualities = list(by_week)
    total = sum(qualities, Quality())
    return Chart(
        "weekly",
        "By the week",
        ChartKind.LINES,
        f"Over these weeks {fraction_text(*total.of_settled(total.success))} searches led to an open or a use.",
        tuple(day_name(week.start, zone) for week in lately),
        (Series("settled", "Settled searches"), Series("success", "Success")),
        tuple((each.settled, each.success) for each in qualities),
    )


_PARTS = (
    Column("settled", "Settled", As.NUMBER, asking.SETTLED.meaning),
    Column("success", "Success", As.SHARE, _SUCCESS),
    Column("likely_range", "Likely range", definition=INTERVAL.meaning),
    Column("no_open", "No open", As.SHARE, _NO_OPEN),
    Column("no_result", "No result", As.SHARE, _NO_RESULT),
    Column("reformulated", "Reformulated", As.SHARE, _AGAIN),
)


def _cells(each: Quality) -> tuple[Cell, ...]:
    success = each.of_settled(each.success)
    others = (each.of_settled(part) for part in (each.no_open, each.no_result, each.again))
    return each.settled, success, range_text(success), *others


def _by_conversation(counted: Counted, slices: Slices, quarter: Span, before: Span) -> Table:
    columns = (
        Column(
            "conversation", "Conversation", definition="Asked in or for it, else what the words were read as."
        ),
        *_PARTS,
        Column("difference", "Difference of success", definition=DIFFERENCE.meaning),
    )
    rows: list[tuple[Cell, ...]] = []
    for purpose in (*Conversation, None):
        now, then = (_within(counted, slices, span, purpose) for span in (quarter, before))
        name = BY_KEY[purpose].short if purpose else "None in particular"
        change = difference_text(now.of_settled(now.success), then.of_settled(then.success))
        rows.append((name, *_cells(now), change))
    return Table("by_conversation", "By conversation", columns, rows)


def _by_week(question: Question, lately: Iterable[Span], by_week: Iterable[Quality]) -> Table:
    zone = question.definitions.zone
    columns = (Column("week", "Week from", As.DAY, "Its Monday."), *_PARTS)
    rows = [
        (week.start.astimezone(zone).date(), *_cells(each))
        for week, each in zip(lately, by_week, strict=True)
    ]
    return Table("weeks", "By the week", columns, rows)
