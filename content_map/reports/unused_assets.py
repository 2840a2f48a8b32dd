"""The quarterly report that says which assets went without recorded use, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content_map.domain.eligibility import Verdict
from content_map.domain.permissions import Right
from content_map.models import UsageEvent
from content_map.reports import observing
from content_map.reports.contract import Question, Report
from content_map.reports.unused import describing, drift, quarters
from content_map.reports.unused.frozen import NAME, frozen
from content_map.reports.unused.judging import Judged, judge, lives, rows_of
from content_map.reports.unused.restated import restatements
from content_map.reports.unused_result import UnusedReport


class Part(StrEnum):
    """What of the report costs more than its rows; whoever shows only some of it asks for no more."""

    PREVIOUS = "previous"
    TREND = "trend"
    TWELVE_MONTHS = "twelve_months"
    DRIFT = "drift"
    FACETS = "facets"
    RESTATED = "restated"


def build(session: Session, question: Question) -> UnusedReport:
    """Judge every asset that was live in the quarter, up to `now` while it runs."""
    return assemble(session, question, frozenset(Part))


def assemble(session: Session, question: Question, parts: Collection[Part]) -> UnusedReport:
    """Build the rows, and of the rest only the parts; the others stay empty."""
    observation = observing.observe(session, *question.bounds)
    judged = judge(session, question)
    rows = rows_of(session, judged, observation)
    report = UnusedReport(
        question=question,
        observed=observation.observed,
        rows=rows[Verdict.ELIGIBLE],
        too_new=rows[Verdict.TOO_NEW],
        internal=rows[Verdict.INTERNAL],
        excluded=judged.left_out,
        recorded_since=session.scalar(select(func.min(UsageEvent.occurred_at))),
    )
    if Part.TWELVE_MONTHS in parts:
        report = replace(report, without_use_in_a_year=quarters.twelve_months(session, judged))
    if Part.DRIFT in parts:
        report = replace(report, drift=drift.measure(session, question, report.rows))
    if Part.FACETS in parts:
        report = replace(report, facets=describing.facet_terms(session))
    if {Part.PREVIOUS, Part.TREND, Part.RESTATED} & set(parts):
        report = _beside_others(session, report, judged, parts)
    return report


def _beside_others(
    session: Session, report: UnusedReport, judged: Judged, parts: Collection[Part]
) -> UnusedReport:
    """Add what takes other quarters to know."""
    question = report.question
    span = quarters.quarters_until(question.quarter, quarters.SHOWN if Part.TREND in parts else 2)
    lived = lives(session, question.definitions.bounds(span[0])[0], min(question.bounds[1], question.now))
    before = judge(session, quarters.question_of(question, span[-2]), lived)
    report = replace(report, previous=before.headline if before.headline.eligible else None)
    # What was published was counted without the switch: the two are not to be compared.
    compares = bool({Part.TREND, Part.RESTATED} & set(parts)) and not question.with_left_out
    published = frozen(session, span) if compares else {}
    if Part.TREND in parts:
        report = replace(
            report, trend=quarters.trend(session, judged, before, published, report.recorded_since, lived)
        )
    if Part.RESTATED in parts:
        compared = [
            each
            for known in (judged, before)
            if (run := published.get(known.question.quarter))
            for each in restatements(session, run, known)
        ]
        report = replace(report, restated=tuple(compared))
    return report


REPORT = Report(
    name=NAME,
    heading="Unused content",
    title="Which assets went without recorded use in a quarter, and why",
    right=Right.SEE_REPORTS,
    build=build,
    place=1,
    is_frozen=True,
)
