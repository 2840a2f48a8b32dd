"""How much of selling was observed: who searched, what for, and who recorded any use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Subquery, and_, case, func, or_, select
from sqlalchemy.orm import Session

from content_map.domain.conversations import Conversation
from content_map.domain.observation import Observed
from content_map.domain.people import SALES_ROLES
from content_map.domain.usage import Surface
from content_map.models import Search, UsageEvent, User, UserPeriod
from content_map.reports.outcome_answers import is_use
from content_map.reports.settled import is_settled

_SALES = sorted(role.value for role in SALES_ROLES)
_BEFORE_EVERYTHING = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Observation:
    """The report's top line, and the searches made for each conversation."""

    observed: Observed
    searches: Mapping[Conversation, int]


def observe(session: Session, start: datetime, end: datetime) -> Observation:
    """Look at the sales users from `start` until before `end`; test accounts and agents are left out."""
    asked = _asked(start, end)
    searches = session.execute(
        select(asked.c.user_id, asked.c.account_id, asked.c.purpose, func.count().label("times")).group_by(
            asked.c.user_id, asked.c.account_id, asked.c.purpose
        )
    ).all()
    in_time = and_(UsageEvent.occurred_at >= start, UsageEvent.occurred_at < end)
    uses = session.execute(
        select(UsageEvent.actor_id, UsageEvent.account_id)
        .where(in_time, UsageEvent.excluded_reason.is_(None), is_use())
        .distinct()
    ).all()
    searchers = {row.user_id for row in searches}
    users = {row.actor_id for row in uses}
    purposes: Counter[str | None] = Counter()
    for row in searches:
        purposes[row.purpose] += row.times
    observed = Observed(
        active=len(_present(session, start, end, searchers | users) | searchers | users),
        searched=len(searchers),
        searches=purposes.total(),
        accounts=len({row.account_id for row in (*searches, *uses)} - {None}),
        used=len(users),
    )
    return Observation(observed, {each: purposes[each.value] for each in Conversation})


def _held_roles() -> Subquery:
    """Role periods; a person's first one reaches back to the beginning, as in `services/users.role_at`."""
    place = func.row_number().over(partition_by=UserPeriod.user_id, order_by=UserPeriod.starts_at)
    ranked = select(UserPeriod, place.label("place")).subquery("ranked_periods")
    return select(
        ranked.c.user_id,
        ranked.c.role,
        case((ranked.c.place == 1, _BEFORE_EVERYTHING), else_=ranked.c.starts_at).label("starts_at"),
        ranked.c.ends_at,
    ).subquery("held_roles")


def _asked(start: datetime, end: datetime) -> Subquery:
    """Settled searches by people who were sales users when they asked."""
    held = _held_roles()
    was_sales = and_(
        held.c.user_id == Search.user_id,
        held.c.role.in_(_SALES),
        held.c.starts_at <= Search.asked_at,
        or_(held.c.ends_at.is_(None), held.c.ends_at > Search.asked_at),
    )
    return (
        select(
            Search.user_id,
            Search.account_id,
            func.coalesce(Search.conversation, Search.prefer, Search.read_as).label("purpose"),
        )
        .join(held, was_sales)
        .join(User, User.id == Search.user_id)
        .where(
            Search.asked_at >= start,
            Search.asked_at < end,
            is_settled(),
            Search.surface != Surface.AGENT.value,
            User.is_test.is_(False),
        )
        .subquery("asked")
    )


def _present(session: Session, start: datetime, end: datetime, seen: set[str]) -> set[str]:
    """Name the sales users of that time; of those deactivated since, only whom we saw work."""
    held = _held_roles()
    overlaps = and_(held.c.starts_at < end, or_(held.c.ends_at.is_(None), held.c.ends_at > start))
    there = (
        select(User.id, User.is_active)
        .join(held, held.c.user_id == User.id)
        .where(held.c.role.in_(_SALES), overlaps, User.is_test.is_(False), User.created_at < end)
        .distinct()
    )
    return {id_ for id_, is_active in session.execute(there) if is_active or id_ in seen}
