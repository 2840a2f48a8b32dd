"""Requests for the same: equal terms and conversation. They stand together, and one asset fills them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain import gaps as rules
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, allows
from content_map.models import Request
from content_map.services.requests import WAITING


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of the latest request for the same; `id` only for those who may read it."""

    id: str | None
    status: str
    asked_at: datetime
    due_on: date | None
    asset: str | None


def key_of(request: Request) -> tuple[str, str]:
    """Give what makes two requests the same; without terms none is like another."""
    return rules.written(str(term) for term in request.terms), request.conversation or ""


def standing(session: Session, *, actor: Actor) -> Mapping[tuple[str, str], Standing]:
    """Load what marketing was asked for, by terms and conversation; what still waits goes before what is answered."""
    found: dict[tuple[str, str], Standing] = {}
    for request in session.scalars(select(Request).order_by(Request.created_at, Request.id)):
        key = key_of(request)
        there = found.get(key)
        if key[0] and (there is None or request.status in WAITING or there.status not in WAITING):
            found[key] = _standing(request, actor)
    return found


def of(
    standings: Mapping[tuple[str, str], Standing], asked_terms: str, conversation: str | None
) -> Standing | None:
    """Find what stands for these terms: asked for this conversation, else for any."""
    if not asked_terms:
        return None
    return standings.get((asked_terms, conversation or "")) or standings.get((asked_terms, ""))


def waiting_twins(session: Session, request: Request) -> Sequence[Request]:
    """Load the other requests for the same that still wait, the oldest first."""
    key = key_of(request)
    if not key[0]:
        return ()
    others = select(Request).where(Request.status.in_(WAITING), Request.id != request.id)
    return [each for each in session.scalars(others.order_by(Request.created_at)) if key_of(each) == key]


def _standing(request: Request, actor: Actor) -> Standing:
    may_read = request.asked_by == actor.id or allows(actor, Right.SEE_REQUESTS)
    return Standing(
        request.id if may_read else None,
        request.status,
        request.created_at,
        request.due_on,
        request.asset_id if request.status == "filled" else None,
    )
