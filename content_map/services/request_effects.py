"""Whom a request concerns, how long it took, and how the same searches went after it was filled."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.orm import Session

from content_map.models import Request, Search, User
from content_map.reports import unanswered
from content_map.services import same_requests
from content_map.services.requests import WAITING

# Who asks marketing has often searched for it for weeks before.
LOOK_BACK = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Effect:
    """What the searches say about a request, those for the same terms and conversation.

    `searches` found nothing before it was filled, by so many `reps` for so many `accounts`; `again` came after, and
    `again_found` of them led to something. `days_to_fill` count from the first such search, or from the asking.
    """

    searches: int
    reps: int
    accounts: int
    again: int
    again_found: int
    days_to_fill: int | None
    is_overdue: bool


def effects(
    session: Session, requests: Sequence[Request], *, today: date, now: datetime
) -> Mapping[str, Effect]:
    """Count for each of the requests, in two statements over the searches for the same terms."""
    keys = {same_requests.key_of(each)[0] for each in requests} - {""}
    if not keys:
        return {each.id: _effect(each, (), frozenset(), today) for each in requests}
    start = min(each.created_at for each in requests) - LOOK_BACK
    same = and_(Search.asked_terms.in_(keys), unanswered.asked(start, now, now=now))
    in_vain = frozenset(session.scalars(select(Search.id).where(same, unanswered.found_nothing(start))))
    found: dict[str, list[Row[*tuple[Any, ...]]]] = {}
    rows = session.execute(
        select(
            Search.id,
            Search.asked_terms,
            unanswered.purpose().label("purpose"),
            Search.user_id,
            Search.account_id,
            Search.asked_at,
            unanswered.reached().label("reached"),
        ).where(same)
    )
    for row in rows:
        found.setdefault(row.asked_terms, []).append(row)
    return {
        each.id: _effect(each, found.get(same_requests.key_of(each)[0], ()), in_vain, today)
        for each in requests
    }


def is_in_vain(session: Session, search: Search) -> bool:
    """Say whether nothing of a search was opened or used so far."""
    return session.scalar(select(Search.id).where(Search.id == search.id, unanswered.reached())) is None


def searchers(session: Session, request: Request, *, now: datetime) -> Sequence[str]:
    """Name who searched for what was asked, or for it and more, and found nothing; active sales users, by id."""
    terms = [str(term) for term in request.terms]
    if not terms:
        return ()
    start = request.created_at - LOOK_BACK
    within = "\n" + Search.asked_terms + "\n"
    same = [within.contains(f"\n{term}\n", autoescape=True) for term in terms]
    if request.conversation is not None:
        same.append(or_(unanswered.purpose() == request.conversation, unanswered.purpose().is_(None)))
    asked = (
        select(Search.user_id)
        .join(User, User.id == Search.user_id)
        .where(unanswered.asked(start, now, now=now), and_(*same), unanswered.found_nothing(start))
    )
    return session.scalars(asked.where(User.is_active).distinct().order_by(Search.user_id)).all()


def _effect(
    request: Request,
    rows: Sequence[Row[*tuple[Any, ...]]],
    in_vain: Collection[str],
    today: date,
) -> Effect:
    start = request.created_at - LOOK_BACK
    mine = [row for row in rows if row.asked_at >= start and request.conversation in {None, row.purpose}]
    filled_at = request.filled_at
    before = [row for row in mine if row.id in in_vain and (filled_at is None or row.asked_at < filled_at)]
    after = [row for row in mine if filled_at is not None and row.asked_at >= filled_at]
    first = min((row.asked_at for row in before), default=request.created_at)
    due = request.due_on
    return Effect(
        searches=len(before),
        reps=len({row.user_id for row in before}),
        accounts=len({row.account_id for row in before} - {None}),
        again=len(after),
        again_found=sum(bool(row.reached) for row in after),
        days_to_fill=None if filled_at is None else (filled_at - min(first, request.created_at)).days,
        is_overdue=due is not None and due < today and request.status in WAITING,
    )
