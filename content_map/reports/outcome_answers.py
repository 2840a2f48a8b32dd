"""Which outcome counts for each use, in SQL: the rule of `domain/outcomes.py` over all rows at once."""

from __future__ import annotations

from sqlalchemy import CTE, ColumnElement, Subquery, and_, func, or_, select, union_all
from sqlalchemy.orm import aliased

from content_map.domain.conversations import Conversation
from content_map.domain.counting import USE_KINDS
from content_map.domain.outcomes import window
from content_map.domain.usage import EventKind, Purpose
from content_map.models import UsageEvent
from content_map.reports.moments import later


def is_use() -> ColumnElement[bool]:
    """Say in SQL that an event is of a use's kind."""
    # Not unknown but False without a purpose, so that NOT of it holds.
    for_customer = and_(
        UsageEvent.kind == EventKind.DOWNLOAD.value,
        UsageEvent.purpose.is_not_distinct_from(Purpose.CUSTOMER.value),
    )
    return or_(UsageEvent.kind.in_(sorted(kind.value for kind in USE_KINDS)), for_customer)


def latest_answers(uses: CTE) -> Subquery:
    """Give (use_id, outcome) for every use that has a counted answer: the latest, then the greatest id.

    `uses` has the columns id, actor_id, account_id, conversation and occurred_at.
    """
    answer = aliased(UsageEvent, name="answer")
    counts = and_(
        answer.kind == EventKind.OUTCOME.value,
        answer.excluded_reason.is_(None),
        answer.actor_id == uses.c.actor_id,
    )
    columns = (
        uses.c.id.label("use_id"),
        answer.outcome.label("outcome"),
        answer.occurred_at.label("answered_at"),
        answer.id.label("answer_id"),
    )
    named = select(*columns).join_from(uses, answer, and_(answer.use_id == uses.c.id, counts))
    in_time = or_(
        *(
            and_(
                uses.c.conversation == conversation.value,
                answer.occurred_at <= later(uses.c.occurred_at, window(conversation)),
            )
            for conversation in Conversation
        )
    )
    by_account = select(*columns).join_from(
        uses,
        answer,
        and_(
            answer.account_id == uses.c.account_id,
            answer.conversation == uses.c.conversation,
            answer.use_id.is_(None),
            answer.occurred_at >= uses.c.occurred_at,
            in_time,
            counts,
        ),
    )
    given = union_all(named, by_account).subquery("given")
    newest_first = (given.c.answered_at.desc(), given.c.answer_id.desc())
    place = func.row_number().over(partition_by=given.c.use_id, order_by=newest_first)
    ranked = select(given.c.use_id, given.c.outcome, place.label("place")).subquery("ranked")
    return select(ranked.c.use_id, ranked.c.outcome).where(ranked.c.place == 1).subquery("latest")
