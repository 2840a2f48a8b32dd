"""How many requests there are in each state, as far as the actor may read them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content_map.domain.people import Actor
from content_map.domain.permissions import Right, allows
from content_map.models import Request
from content_map.services.requests import RequestStatus


def by_status(session: Session, *, actor: Actor) -> Mapping[RequestStatus, int]:
    """Count requests by state, everybody's for those who read them all, one's own otherwise."""
    wanted = select(Request.status, func.count()).group_by(Request.status)
    if not allows(actor, Right.SEE_REQUESTS):
        wanted = wanted.where(Request.asked_by == actor.id)
    found = {RequestStatus(status): count for status, count in session.execute(wanted)}
    return {status: found.get(status, 0) for status in RequestStatus}
