"""What a report leaves out of its counts, by reason."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from content_map.domain.usage import ExcludedReason
from content_map.models import UsageEvent
from content_map.reports.contract import Question
from content_map.reports.outcome_answers import counts


def of_events(
    session: Session, question: Question, *conditions: ColumnElement[bool]
) -> Mapping[ExcludedReason, int]:
    """Count by reason the events of the quarter that meet the conditions and count in nothing."""
    start, end = question.bounds
    reasons = select(UsageEvent.excluded_reason, func.count()).where(
        and_(UsageEvent.occurred_at >= start, UsageEvent.occurred_at < end),
        ~counts(UsageEvent.excluded_reason, question.also),
        *conditions,
    )
    rows = session.execute(reasons.group_by(UsageEvent.excluded_reason))
    return {ExcludedReason(reason): count for reason, count in rows if reason}
