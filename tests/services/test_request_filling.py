"""A filled request: whom it tells, what it fills besides, and what searches say of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from content_map.domain import gaps as rules
from content_map.domain.conversations import Conversation
from content_map.domain.docket import TaskKind
from content_map.domain.people import Actor, Role
from content_map.domain.usage import EventKind
from content_map.errors import Invalid
from content_map.models import Request, Search, UsageEvent, User
from content_map.services import (
    notifications,
    request_changes,
    request_effects,
    requests,
    tasks,
    users,
    waiting,
)
from content_map.services.requests import RequestStatus
from content_map.services.waiting import Queue
from tests.conftest import NOW
from tests.factories import make_account, make_asset, make_search, make_user

TERMS = ("industry:healthcare", "pain:cold-chain")
DAY = timedelta(days=1)


@pytest.fixture
def marketer(session: Session) -> Actor:
    return make_user(session, Role.MARKETER).as_actor()


def search(
    session: Session, user: User, days_ago: float, *served: Any, terms: tuple[str, ...] = TERMS, **given: Any
) -> Search:
    values = {"asked_at": NOW - days_ago * DAY, "asked_terms": rules.written(terms)}
    return make_search(session, user, *served, **{**values, "read_as": "right-people", **given})


def ask(session: Session, user: User, days_ago: float = 5, **given: Any) -> Request:
    found = search(session, user, days_ago + 0.1)
    return requests.ask(
        session,
        "Vaccines that arrive warm",
        **{"conversation": Conversation.RIGHT_PEOPLE, **given},
        search=found.id,
        actor=user.as_actor(),
        now=NOW - days_ago * DAY,
    )


def fill(session: Session, request: Request, asset: Any, marketer: Actor) -> None:
    request_changes.change(
        session,
        request.id,
        {"status": RequestStatus.FILLED, "asset": asset.id},
        actor=marketer,
        now=NOW,
    )


def messages(session: Session, user: User) -> list[str]:
    return [each.message for each in notifications.unread(session, actor=user.as_actor())]


def test_whoever_searched_for_it_or_for_more_is_told_once_and_nobody_else(
    session: Session, marketer: Actor
) -> None:
    asker, same, more, less, elsewhere, found, gone = (make_user(session) for _ in range(7))
    asset = make_asset(session)
    request = ask(session, asker)
    search(session, same, 20)
    search(session, same, 3)
    search(session, more, 2, terms=(*TERMS, "size:large"))
    search(session, less, 2, terms=TERMS[:1])
    search(session, elsewhere, 2, read_as="tangible-value")
    opened = search(session, found, 2, asset)
    session.add(
        UsageEvent(
            id="00000000-0000-4000-8000-000000000001",
            occurred_at=opened.asked_at,
            received_at=opened.asked_at,
            kind=EventKind.OPEN.value,
            actor_id=found.id,
            actor_role="rep",
            asset_id=asset.id,
            surface="search",
            search_id=opened.id,
        )
    )
    search(session, gone, 2)
    gone.is_active = False

    fill(session, request, asset, marketer)
    request_changes.change(session, request.id, {"status": RequestStatus.PLANNED}, actor=marketer, now=NOW)
    fill(session, request, asset, marketer)

    assert sorted(messages(session, asker)) == ["request.filled", "request.planned"]
    assert (messages(session, same), messages(session, more)) == (["request.found"], ["request.found"])
    assert [messages(session, each) for each in (less, elsewhere, found, gone)] == [[], [], [], []]


def test_one_asset_fills_what_others_asked_for_with_the_same_terms(session: Session, marketer: Actor) -> None:
    first, second, third = (make_user(session) for _ in range(3))
    request, twin = ask(session, first), ask(session, second, 4)
    other = ask(session, third, 4, conversation=Conversation.TANGIBLE_VALUE)
    asset = make_asset(session)

    fill(session, request, asset, marketer)

    assert (twin.status, twin.asset_id, twin.filled_at) == ("filled", asset.id, NOW)
    assert other.status == "open"
    assert messages(session, second) == ["request.filled"]


def test_searches_say_whom_it_concerns_and_how_it_went_afterwards(session: Session, marketer: Actor) -> None:
    asker, other = make_user(session), make_user(session)
    request = ask(session, asker, days_ago=10)
    search(session, other, 30, account_id=make_account(session).id)
    request.asset_id = make_asset(session).id
    request.filled_at, request.status = NOW - 4 * DAY, "filled"
    search(session, other, 3)

    effect = request_effects.effects(session, [request], today=NOW.date(), now=NOW)[request.id]

    assert (effect.searches, effect.reps, effect.accounts) == (2, 2, 1)
    assert (effect.again, effect.again_found) == (1, 0)
    assert effect.days_to_fill == 26  # from 30 days ago to 4 days ago


def test_an_owner_answers_and_hears_of_it_and_what_is_overdue_waits_for_all(
    session: Session, marketer: Actor
) -> None:
    owner, request = make_user(session, Role.MARKETER), ask(session, make_user(session))
    nobodys = ask(session, make_user(session), 2)
    nobodys.due_on = date(2026, 11, 20)
    session.flush()

    request_changes.change(
        session,
        request.id,
        {"owner": owner.id, "due_on": date(2026, 12, 1)},
        actor=marketer,
        now=NOW,
    )
    for given in ({"owner": request.asked_by}, {"owner": "0" * 32}):
        with pytest.raises(Invalid) as refused:
            request_changes.change(session, request.id, given, actor=marketer, now=NOW)  # type: ignore[arg-type]
        assert refused.value.errors[0].pointer == "/owner"
    counted = [
        waiting.counts(session, today=NOW.date(), actor=actor, now=NOW)[Queue.REQUESTS]
        for actor in (owner.as_actor(), marketer)
    ]

    assert messages(session, owner) == ["request.given"]
    assert counted == [2, 1]
    overdue = requests.listed(session, overdue_on=NOW.date(), actor=marketer)
    assert list(overdue.items) == [nobodys]


def test_who_leaves_lets_go_of_requests_and_tasks(session: Session, marketer: Actor) -> None:
    leaver, admin = make_user(session, Role.MARKETER), make_user(session, Role.ADMIN).as_actor()
    taker, asset = make_user(session, Role.MARKETER), make_asset(session, owner=leaver)
    request = ask(session, make_user(session))
    request_changes.change(session, request.id, {"owner": leaver.id}, actor=marketer, now=NOW)
    task = tasks.open_task(session, TaskKind.FIX, asset.id, actor=marketer, now=NOW)

    users.change(session, leaver.id, is_active=False, new_owner=taker.id, actor=admin, now=NOW)

    assert (request.owner_id, task.assignee_id) == (taker.id, taker.id)
