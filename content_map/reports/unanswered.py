"""Settled searches that found nothing useful: no result, or none of it opened, used or taken away."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from content_map.domain.usage import Surface
from content_map.models import Search, UsageEvent, User, UserPeriod
from content_map.models.usage import REACHES
from content_map.reports.held_roles import SALES, held_roles, was_sales
from content_map.reports.settled import is_settled

# A search can still be followed or lead to something: until then nobody knows how it ends.
ENDS_AFTER = timedelta(minutes=10)  # product.md: a reformulation comes within ten minutes


def purpose() -> ColumnElement[str | None]:
    """The conversation a search was for: asked in, asked for, or read as."""
    return func.coalesce(Search.conversation, Search.prefer, Search.read_as)


def reached(search: type[Search] = Search) -> ColumnElement[bool]:
    """Say in SQL that something of what a search served was opened, used, shared, tailored or downloaded."""
    led_to = select(UsageEvent.id).where(UsageEvent.search_id == search.id, REACHES).correlate(search)
    return led_to.exists()


def asked(start: datetime, end: datetime, *, now: datetime) -> ColumnElement[bool]:
    """Say that a search was settled from `start` until before `end`, by a sales user, and has had its ten minutes.

    Agents and test accounts are left out, and empty boxes; roles are those held when it was asked.
    """
    return and_(
        Search.asked_at >= start,
        Search.asked_at < min(end, now - ENDS_AFTER),
        Search.surface != Surface.AGENT.value,
        _by_sales(),
        # The cheap half first: hardly any search is without terms.
        or_(Search.asked_terms != "", is_settled()),
    )


def found_nothing(start: datetime) -> ColumnElement[bool]:
    """Say that a search asked from `start` on led to nothing, and no reformulation of it did either.

    A search follows the one of the same person within the ten minutes before it; where a later one of such a chain
    led to something, those before it were steps on the way.
    """
    helped = (
        select(Search.follows_id.label("id"))
        .where(Search.asked_at >= start, Search.follows_id.is_not(None), reached())
        .cte("helped", recursive=True)
    )
    before = aliased(Search)
    helped = helped.union(
        select(before.follows_id).join(helped, before.id == helped.c.id).where(before.follows_id.is_not(None))
    )
    return and_(~reached(), Search.id.not_in(select(helped.c.id)))


def _by_sales() -> ColumnElement[bool]:
    """Say that the asker held a sales role at that moment; only who has held others too is looked up by time.

    Said by who is left out: SQLite would else gather the searches person by person instead of by their time.
    """
    is_sales = UserPeriod.role.in_(SALES)
    ever = select(UserPeriod.user_id).where(is_sales)
    never = select(User.id).where(or_(User.id.not_in(ever), User.is_test))
    also_others = select(UserPeriod.user_id).where(~is_sales, UserPeriod.user_id.in_(ever))
    held = held_roles()
    then = select(held.c.user_id).where(was_sales(held, Search.user_id, Search.asked_at)).exists()
    return and_(Search.user_id.not_in(never), or_(Search.user_id.not_in(also_others), then))
