"""What a report leaves out, and the switch that counts it: the same rule for events and for searches."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from content_map.domain.usage import ExcludedReason
from content_map.models import UsageEvent
from content_map.reports.contract import Question
from content_map.reports.outcome_answers import counts

# The same act twice, and what its author took back, count for nobody.
_NEVER = frozenset({ExcludedReason.REPEAT, ExcludedReason.CORRECTED})
_SWITCHED = frozenset(ExcludedReason) - _NEVER


def also(question: Question) -> frozenset[ExcludedReason]:
    """Give the reasons for which a row is left out and counts here all the same."""
    return _SWITCHED if question.with_left_out else frozenset()


def of_events(
    session: Session, question: Question, *conditions: ColumnElement[bool]
) -> Mapping[ExcludedReason, int]:
    """Count by reason the events of the quarter that meet the conditions and count in nothing."""
    start, end = question.bounds
    reasons = select(UsageEvent.excluded_reason, func.count()).where(
        and_(UsageEvent.occurred_at >= start, UsageEvent.occurred_at < end),
        ~counts(UsageEvent.excluded_reason, also(question)),
        *conditions,
    )
    rows = session.execute(reasons.group_by(UsageEvent.excluded_reason))
    return {ExcludedReason(reason): count for reason, count in rows if reason}
