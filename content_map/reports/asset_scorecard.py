"""The scorecard of one asset: its funnel by the month, its versions, what reps said, and what led to it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from content_map.domain.counting import USE_KINDS
from content_map.domain.permissions import Right
from content_map.domain.reviewing import months_later
from content_map.domain.statistics import fraction_text
from content_map.domain.unused import AssetHistory
from content_map.domain.usage import EventKind, Feedback, OutcomeAnswer
from content_map.domain.vocabulary import FACET_NAMES, Facet
from content_map.models import Asset, Search, UsageEvent, Version
from content_map.reports import left_out, measures
from content_map.reports.contract import Question, Report
from content_map.reports.finding import Finding
from content_map.reports.measures import Scope
from content_map.reports.outcome_answers import counts, is_use
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
from content_map.reports.people_said import ASKED_BY_AT_LEAST
from content_map.reports.rates import counted_as
from content_map.reports.spans import Span

MONTHS = 12
_LEADING = sorted(kind.value for kind in (*USE_KINDS, EventKind.OPEN, EventKind.DOWNLOAD))

_SHOWN = "Impressions: at least half its card visible for a second, once a person and half-hour."
_OPENED = "Opens by sales users other than its owner, once a person and half-hour; a bare download is one."
_USED = "Sent, shared, tailored, downloaded for a customer or logged by hand, for a named account."
_REACHED = "Of its uses, those whose latest answer is that the outcome was reached, as known now."
_ACCOUNTS = "Different customers it was used for."
_LED = "Searches of the quarter from which it was opened, downloaded or used."

_FEEDBACK: Mapping[Feedback, str] = {
    Feedback.HELPFUL: "Helpful",
    Feedback.WRONG_CUSTOMER: "Not for my customer",
    Feedback.OUTDATED: "Out of date",
    Feedback.DO_NOT_KNOW_HOW: "Don’t know how to use it",
    Feedback.CANNOT_CHANGE: "Can’t change it",
    Feedback.USED_MY_OWN: "I used my own",
    Feedback.NOT_NEEDED: "Not needed after all",
    Feedback.MEETING_MOVED: "The meeting moved",
}
_ANSWERS: Mapping[OutcomeAnswer, str] = {
    OutcomeAnswer.REACHED: "Reached",
    OutcomeAnswer.NOT: "Not reached",
    OutcomeAnswer.PENDING: "Not known yet",
}


def build(session: Session, question: Question) -> Finding:
    """Count one asset's quarter, and the twelve months up to its end."""
    asset = session.get_one(Asset, question.asset)
    scope = _scope(question, Span(*question.bounds))
    now = _history(session, question, scope)
    months = _months(question)
    funnel = [(month, _history(session, question, _scope(question, month))) for month in months]
    return Finding(
        question,
        lead=_lead(asset, now),
        figures=[
            Figure("impressions", "Shown", now.impressions, _SHOWN),
            Figure("opens", "Opened", now.opens, _OPENED),
            Figure("uses", "Used", now.uses, _USED),
            Figure("outcomes", "Outcome reached", Fraction(now.outcomes_reached, now.uses), _REACHED),
            Figure("accounts", "Accounts", now.accounts, _ACCOUNTS),
        ],
        charts=[_chart(funnel, question.definitions.zone)],
        tables=[
            _funnel(funnel, question.definitions.zone),
            _outcomes(session, scope, now),
            _versions(session, question, asset),
            _reasons(now),
            _searches(session, question),
        ],
        definitions=[
            Definition("Shown", _SHOWN),
            Definition("Opened", _OPENED),
            Definition("Used", _USED),
            Definition("Outcome reached", _REACHED),
            Definition("Led to it", _LED),
        ],
        left_out=left_out.of_events(session, question, UsageEvent.asset_id == asset.id),
    )


REPORT = Report(
    name="asset-scorecard",
    heading="Asset scorecard",
    title="How far one asset got, month by month, and what reps said of it",
    right=Right.SEE_REPORTS,
    build=build,
    place=4,
    needs_asset=True,
)


def _scope(question: Question, span: Span) -> Scope:
    return Scope(span.start, span.end, asset=question.asset, also=question.also)


def _history(session: Session, question: Question, scope: Scope) -> AssetHistory:
    found = measures.histories(session, scope, question.definitions.thresholds)
    return found.get(question.asset or "", AssetHistory())


def _months(question: Question) -> list[Span]:
    """Give the calendar months up to the quarter's end or the one that runs, in the organisation's zone."""
    zone = question.definitions.zone
    last = question.bounds[1].astimezone(zone).date()
    days = [months_later(last, -back) for back in range(MONTHS, -1, -1)]
    bounds = [datetime.combine(day, time(), zone).astimezone(UTC) for day in days]
    return [Span(start, end) for start, end in pairwise(bounds) if start < question.now]


def _lead(asset: Asset, now: AssetHistory) -> list[str]:
    if not now.uses:
        return [
            f"“{asset.title}”: no use was recorded in this quarter.",
            f"It was shown {counted_as(now.impressions, 'time')} and opened {counted_as(now.opens, 'time')} "
            "by sales users other than its owner.",
        ]
    return [
        f"“{asset.title}”: {counted_as(now.uses, 'use')} for {counted_as(now.accounts, 'account')}.",
        f"The outcome was reached for {fraction_text(now.outcomes_reached, now.uses)} uses; "
        "reached is associated with the use, not caused by it.",
    ]


def _chart(funnel: Sequence[tuple[Span, AssetHistory]], zone: ZoneInfo) -> Chart:
    used = sum(history.uses for _, history in funnel)
    return Chart(
        "monthly",
        "By the month",
        ChartKind.LINES,
        f"{counted_as(used, 'use')} in these months.",
        tuple(f"{month.start.astimezone(zone):%b %Y}" for month, _ in funnel),
        (Series("opens", "Opened"), Series("uses", "Used"), Series("outcomes", "Outcome reached")),
        tuple((history.opens, history.uses, history.outcomes_reached) for _, history in funnel),
    )


def _funnel(funnel: Sequence[tuple[Span, AssetHistory]], zone: ZoneInfo) -> Table:
    columns = (
        Column("month", "Month from", As.DAY),
        Column("impressions", "Shown", As.NUMBER, _SHOWN),
        Column("opens", "Opened", As.NUMBER, _OPENED),
        Column("uses", "Used", As.NUMBER, _USED),
        Column("outcomes", "Outcome reached", As.SHARE, _REACHED),
        Column("accounts", "Accounts", As.NUMBER, _ACCOUNTS),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            month.start.astimezone(zone).date(),
            history.impressions,
            history.opens,
            history.uses,
            Fraction(history.outcomes_reached, history.uses),
            history.accounts,
        )
        for month, history in funnel
    ]
    return Table("months", "Funnel by the month", columns, rows)


def _outcomes(session: Session, scope: Scope, now: AssetHistory) -> Table:
    answers = measures.outcomes(session, scope)
    columns = (
        Column("answer", "Latest answer"),
        Column(
            "uses", "Uses", As.SHARE, "Of the quarter’s uses, each by the latest answer that applies to it."
        ),
    )
    rows: list[tuple[Cell, ...]] = [
        (said, Fraction(answers[answer], now.uses)) for answer, said in _ANSWERS.items()
    ]
    rows.append(("No answer", Fraction(now.uses - sum(answers.values()), now.uses)))
    return Table("outcomes", "Outcomes", columns, rows)


def _versions(session: Session, question: Question, asset: Asset) -> Table:
    columns = (
        Column("version", "Version"),
        Column("since", "Since", As.DAY),
        Column("note", "What changed"),
        Column("uses", "Uses", As.NUMBER, "Counted uses of this very version, up to the quarter’s end."),
    )
    taken = (
        select(UsageEvent.version, func.count())
        .where(
            UsageEvent.asset_id == asset.id,
            UsageEvent.occurred_at < question.bounds[1],
            is_use(),
            counts(UsageEvent.excluded_reason, question.also),
        )
        .group_by(UsageEvent.version)
    )
    uses = dict(session.execute(taken).all())
    versions = session.execute(
        select(Version.number, Version.label, Version.created_at, Version.note)
        .where(Version.asset_id == asset.id, Version.created_at < question.bounds[1])
        .order_by(Version.number.desc())
    )
    zone = question.definitions.zone
    rows: list[tuple[Cell, ...]] = [
        (label, made_at.astimezone(zone).date(), note, uses.get(number, 0))
        for number, label, made_at, note in versions
    ]
    return Table("versions", "Versions", columns, rows)


def _reasons(now: AssetHistory) -> Table:
    columns = (
        Column("reason", "What reps said"),
        Column(
            "times",
            "Times",
            As.NUMBER,
            "Feedback and reasons not to use it, in the quarter; nobody is named.",
        ),
    )
    rows: list[tuple[Cell, ...]] = [
        (said, now.feedback[reason]) for reason, said in _FEEDBACK.items() if now.feedback.get(reason)
    ]
    return Table("feedback", "Feedback", columns, sorted(rows, key=lambda row: -int(str(row[1]))))


def _searches(session: Session, question: Question) -> Table:
    """List the terms that several people searched with before they came to it; never a rep's own words."""
    start, end = question.bounds
    led = (
        select(UsageEvent.search_id)
        .where(
            UsageEvent.asset_id == question.asset,
            and_(UsageEvent.occurred_at >= start, UsageEvent.occurred_at < end),
            UsageEvent.kind.in_(_LEADING),
            UsageEvent.search_id.is_not(None),
            counts(UsageEvent.excluded_reason, question.also),
        )
        .distinct()
    )
    people: dict[tuple[str, str], set[str]] = defaultdict(set)
    searches: Counter[tuple[str, str]] = Counter()
    total = 0
    for user_id, chips in session.execute(
        select(Search.user_id, Search.recognised).where(Search.id.in_(led))
    ):
        total += 1
        named = {
            (chip["facet"], chip["name"]) for chip in chips if chip.get("term") and not chip.get("negated")
        }
        for term in named:
            people[term].add(user_id)
            searches[term] += 1
    told = [term for term in searches if len(people[term]) >= ASKED_BY_AT_LEAST]
    columns = (
        Column("facet", "Facet"),
        Column("term", "Term"),
        Column("searches", "Searches", As.NUMBER, _LED),
    )
    rows: list[tuple[Cell, ...]] = [
        (FACET_NAMES[Facet(term[0])], term[1], searches[term])
        for term in sorted(told, key=lambda term: (-searches[term], term))
    ]
    note = f"{total} searches led to it. Terms that fewer than {ASKED_BY_AT_LEAST} reps asked with are not shown."
    return Table("searches", "Searches that led to it", columns, rows, note)
