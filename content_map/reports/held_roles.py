"""Who was what when: roles and teams as they were at the time, never as they are now."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Subquery, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from content_map.domain.people import SALES_ROLES
from content_map.models import UserPeriod

SALES = sorted(role.value for role in SALES_ROLES)
_BEFORE_EVERYTHING = datetime(1900, 1, 1, tzinfo=UTC)


def held_roles() -> Subquery:
    """Role periods; a person's first one reaches back to the beginning, as in `services/users.role_at`."""
    place = func.row_number().over(partition_by=UserPeriod.user_id, order_by=UserPeriod.starts_at)
    ranked = select(UserPeriod, place.label("place")).subquery("ranked_periods")
    return select(
        ranked.c.user_id,
        ranked.c.role,
        ranked.c.team_id,
        case((ranked.c.place == 1, _BEFORE_EVERYTHING), else_=ranked.c.starts_at).label("starts_at"),
        ranked.c.ends_at,
    ).subquery("held_roles")


def was_sales(
    held: Subquery,
    person: InstrumentedAttribute[str],
    moment: InstrumentedAttribute[datetime],
) -> ColumnElement[bool]:
    """Say in SQL that a row of `held_roles` makes that person a sales user at that moment."""
    return and_(
        held.c.user_id == person,
        held.c.role.in_(SALES),
        held.c.starts_at <= moment,
        or_(held.c.ends_at.is_(None), held.c.ends_at > moment),
    )
