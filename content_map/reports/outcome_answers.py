"""Which outcome counts for each use, in SQL: the rule of `domain/outcomes.py` over all rows at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Subquery,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from content_map.domain.conversations import Conversation
from content_map.domain.counting import USE_KINDS
from content_map.domain.outcomes import window
from content_map.domain.usage import EventKind, ExcludedReason, Purpose
from content_map.models import UsageEvent
from content_map.reports.moments import later


def is_use() -> ColumnElement[bool]:
    """Say in SQL that an event is of a use's kind."""
    # The kinds by themselves and written out, not bound: only then do the databases see that the index of just these
    # rows answers the question. And never unknown but False without a purpose, so that NOT of it holds.
    kinds = [kind.value for kind in sorted((*USE_KINDS, EventKind.DOWNLOAD))]
    for_customer = UsageEvent.purpose.is_not_distinct_from(Purpose.CUSTOMER.value)
    written_out: BindParameter[list[str]] = bindparam(
        "use_kinds", kinds, expanding=True, literal_execute=True, unique=True
    )
    return and_(
        UsageEvent.kind.in_(written_out), or_(UsageEvent.kind != EventKind.DOWNLOAD.value, for_customer)
    )


def counts(
    reason: ColumnElement[str | None] | InstrumentedAttribute[str | None],
    also: Collection[ExcludedReason] = (),
) -> ColumnElement[bool]:
    """Say in SQL that an event counts: nothing leaves it out, or nothing but one of the reasons in `also`."""
    if not also:
        return reason.is_(None)
    return or_(reason.is_(None), reason.in_(sorted(each.value for each in also)))


def latest_answers(uses: CTE, also: Collection[ExcludedReason] = ()) -> Subquery:
    """Give (use_id, outcome) for every use that has a counted answer: the latest, then the greatest id.

    `uses` has the columns id, actor_id, account_id, conversation and occurred_at. `also` as in `counts`.
    """
    answer = aliased(UsageEvent, name="answer")
    is_outcome = answer.kind == literal(EventKind.OUTCOME.value, literal_execute=True)
    is_counted = and_(is_outcome, counts(answer.excluded_reason, also))
    # No plain column: SQLite would take the index of persons for it, and walk through all that each ever did.
    told_by = func.coalesce(answer.actor_id, "")
    named = select(*_answered(uses, answer.outcome, answer.occurred_at, answer.id)).join_from(
        uses, answer, and_(answer.use_id == uses.c.id, told_by == uses.c.actor_id, is_counted)
    )
    # Not "IS NULL": SQLite would take the index of use_id for it, in which almost every row is null.
    is_by_account = func.coalesce(answer.use_id, "") == ""
    # Few in number and gathered first: SQLite would else walk through all that each person ever did.
    told = (
        select(
            answer.id,
            answer.actor_id,
            answer.account_id,
            answer.conversation,
            answer.occurred_at,
            answer.outcome,
        )
        .where(is_counted, is_by_account, answer.account_id.in_(select(uses.c.account_id)))
        .cte("told")
        .prefix_with("MATERIALIZED", dialect="sqlite")
    )
    in_time = or_(
        *(
            and_(
                uses.c.conversation == conversation.value,
                told.c.occurred_at <= later(uses.c.occurred_at, window(conversation)),
            )
            for conversation in Conversation
        )
    )
    is_about = and_(
        told.c.actor_id == uses.c.actor_id,
        told.c.account_id == uses.c.account_id,
        told.c.conversation == uses.c.conversation,
        told.c.occurred_at >= uses.c.occurred_at,
        in_time,
    )
    by_account = select(*_answered(uses, told.c.outcome, told.c.occurred_at, told.c.id)).join_from(
        uses, told, is_about
    )
    given = union_all(named, by_account).subquery("given")
    newest_first = (given.c.answered_at.desc(), given.c.answer_id.desc())
    place = func.row_number().over(partition_by=given.c.use_id, order_by=newest_first)
    ranked = select(given.c.use_id, given.c.outcome, place.label("place")).subquery("ranked")
    return select(ranked.c.use_id, ranked.c.outcome).where(ranked.c.place == 1).subquery("latest")


def _answered(
    uses: CTE,
    outcome: ColumnElement[str] | InstrumentedAttribute[str | None],
    occurred_at: ColumnElement[datetime] | InstrumentedAttribute[datetime],
    id_: ColumnElement[str] | InstrumentedAttribute[str],
) -> tuple[ColumnElement[Any], ...]:
    return (
        uses.c.id.label("use_id"),
        outcome.label("outcome"),
        occurred_at.label("answered_at"),
        id_.label("answer_id"),
    )
