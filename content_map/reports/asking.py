"""Settled searches of a quarter: which count, which are left out and why, and what each was for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Subquery, case, func, select
from sqlalchemy.orm import Session

from content_map.domain.usage import ExcludedReason, Surface
from content_map.models import Search, User
from content_map.reports.contract import Question
from content_map.reports.held_roles import held_roles, was_sales
from content_map.reports.outcome_answers import counts
from content_map.reports.parts import Definition
from content_map.reports.settled import is_settled

REFORMULATION = timedelta(minutes=10)  # product.md: a new search of the same user within it

SETTLED = Definition(
    "Settled search",
    "A situation asked on Enter, with the first open, or after three seconds of rest; what is asked while typing "
    "is not stored. By sales users, as they were when they asked; agents and test accounts are left out.",
)


def searches(start: datetime, end: datetime) -> Subquery:
    """Give the settled searches from `start` until before `end` with `reason`, null where they count.

    `purpose` is the conversation asked in or for, else the one it was read as.
    """
    held = held_roles()
    reason = case(
        (Search.surface == Surface.AGENT.value, ExcludedReason.AGENT.value),
        (User.is_test, ExcludedReason.TEST_ACCOUNT.value),
        (held.c.user_id.is_(None), ExcludedReason.NOT_SALES.value),
    )
    return (
        select(
            Search.id,
            Search.user_id,
            Search.asked_at,
            Search.account_id,
            Search.total,
            Search.recognised,
            Search.follows_id,
            func.coalesce(Search.conversation, Search.prefer, Search.read_as).label("purpose"),
            reason.label("reason"),
        )
        .join(User, User.id == Search.user_id)
        .outerjoin(held, was_sales(held, Search.user_id, Search.asked_at))
        .where(Search.asked_at >= start, Search.asked_at < end, is_settled())
        .subquery("asked")
    )


def counted(question: Question, start: datetime, end: datetime) -> Subquery:
    """Give those of them that count for the question."""
    asked = searches(start, end)
    return select(asked).where(counts(asked.c.reason, question.also)).subquery("counted")


def left_out(session: Session, question: Question) -> Mapping[ExcludedReason, int]:
    """Count by reason the searches of the quarter that count in nothing."""
    asked = searches(*question.bounds)
    rows = session.execute(
        select(asked.c.reason, func.count())
        .where(~counts(asked.c.reason, question.also))
        .group_by(asked.c.reason)
    )
    return {ExcludedReason(reason): count for reason, count in rows if reason}
