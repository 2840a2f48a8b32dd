"""“Harbour & Vale, conversation 3: a real problem confirmed?”: what came of the actor's own uses, asked once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from content_map.domain.asking import is_due
from content_map.domain.conversations import Conversation
from content_map.domain.outcomes import window
from content_map.domain.people import SALES_ROLES, Actor
from content_map.domain.permissions import Right, require
from content_map.domain.usage import EventKind, OutcomeAnswer
from content_map.models import Account, UsageEvent
from content_map.reports.outcome_answers import is_use

ASKED_AT_ONCE = 3
_LONGEST = max(window(conversation) for conversation in Conversation)


@dataclass(frozen=True, slots=True)
class OutcomeQuestion:
    """One customer and conversation with `uses` of one's own; `answer` is the latest so far."""

    account_id: str
    account: str
    conversation: Conversation
    uses: int
    used_at: datetime  # the latest of them
    answer: OutcomeAnswer | None
    answered_at: datetime | None

    @property
    def is_known(self) -> bool:
        """Say whether the answer speaks of the latest use."""
        return self.answered_at is not None and self.answered_at >= self.used_at


def due(
    session: Session, *, limit: int | None = ASKED_AT_ONCE, zone: ZoneInfo, actor: Actor, now: datetime
) -> Sequence[OutcomeQuestion]:
    """List what to ask the actor about, what is freshest in mind first; only sales users are asked."""
    require(actor, Right.SEARCH)
    if actor.role not in SALES_ROLES:
        return ()
    today = now.astimezone(zone).date()
    asked = [
        each
        for each in _held(session, actor, now, None)
        if is_due(
            each.conversation,
            used_at=each.used_at,
            used_on=each.used_at.astimezone(zone).date(),
            answer=each.answer,
            answered_at=each.answered_at,
            now=now,
            today=today,
        )
    ]
    in_one_order = sorted(asked, key=lambda each: (each.account, each.conversation))
    return sorted(in_one_order, key=lambda each: each.used_at, reverse=True)[:limit]


def of_asset(session: Session, asset_id: str, *, actor: Actor, now: datetime) -> Sequence[OutcomeQuestion]:
    """List the conversations in which the actor used an asset and may still say what came of them, latest first."""
    require(actor, Right.SEARCH)
    if actor.role not in SALES_ROLES:
        return ()
    held = [
        each
        for each in _held(session, actor, now, asset_id)
        if now - each.used_at <= window(each.conversation)
    ]
    return sorted(held, key=lambda each: each.used_at, reverse=True)


def _held(session: Session, actor: Actor, now: datetime, asset_id: str | None) -> Iterator[OutcomeQuestion]:
    """Walk the actor's counted uses by customer and conversation, of all assets or of one."""
    of_asset = (UsageEvent.asset_id == asset_id,) if asset_id is not None else ()
    uses = (
        select(
            UsageEvent.account_id,
            UsageEvent.conversation,
            func.count().label("uses"),
            func.max(UsageEvent.occurred_at).label("used_at"),
        )
        .where(
            UsageEvent.actor_id == actor.id,
            UsageEvent.occurred_at > now - _LONGEST,
            UsageEvent.excluded_reason.is_(None),
            UsageEvent.conversation.is_not(None),
            is_use(),
            *of_asset,
        )
        .group_by(UsageEvent.account_id, UsageEvent.conversation)
        .subquery("uses")
    )
    found = session.execute(
        select(Account, uses.c.conversation, uses.c.uses, uses.c.used_at).join(
            Account, Account.id == uses.c.account_id
        )
    ).all()
    answers = _latest_answers(session, actor, now, {account.id for account, *_ in found})
    for account, key, count, used_at in found:
        answer, answered_at = answers.get((account.id, key), (None, None))
        yield OutcomeQuestion(
            account.id, account.name, Conversation(key), count, used_at, answer, answered_at
        )


def _latest_answers(
    session: Session, actor: Actor, now: datetime, account_ids: set[str]
) -> dict[tuple[str, str], tuple[OutcomeAnswer, datetime]]:
    """Load the actor's latest answer by customer and conversation; one about a single use is one about its place."""
    used = aliased(UsageEvent, name="used")
    account_id = func.coalesce(UsageEvent.account_id, used.account_id)
    conversation = func.coalesce(UsageEvent.conversation, used.conversation)
    told = (
        select(account_id, conversation, UsageEvent.outcome, UsageEvent.occurred_at)
        .outerjoin(used, and_(used.id == UsageEvent.use_id, used.actor_id == actor.id))
        .where(
            UsageEvent.actor_id == actor.id,
            UsageEvent.occurred_at > now - _LONGEST,
            UsageEvent.kind == EventKind.OUTCOME.value,
            UsageEvent.excluded_reason.is_(None),
            or_(UsageEvent.account_id.in_(account_ids), used.account_id.in_(account_ids)),
        )
        .order_by(UsageEvent.occurred_at, UsageEvent.id)
    )
    return {
        (account, key): (OutcomeAnswer(outcome), at)
        for account, key, outcome, at in session.execute(told)
        if account and key and outcome
    }
