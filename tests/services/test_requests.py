"""Content asked for: the asker's words stay theirs and marketing's, and an answer reaches the asker."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from content_map.domain.assets import Status
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor, Role
from content_map.errors import Conflict, Invalid, NotAllowed, NotFound
from content_map.models import Request
from content_map.services import notifications, request_changes, requests
from content_map.services.requests import RequestStatus
from tests.factories import make_asset, make_search, make_user

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
WORDS = "A hospital group loses two days a week to late deliveries"


@pytest.fixture
def rep(session: Session) -> Actor:
    return make_user(session).as_actor()


@pytest.fixture
def marketer(session: Session) -> Actor:
    return make_user(session, Role.MARKETER).as_actor()


def ask(session: Session, actor: Actor, now: datetime = NOW, words: str = WORDS) -> Request:
    return requests.ask(session, words, conversation=Conversation.POINT_OF_VIEW, actor=actor, now=now)


def test_a_request_is_open_in_the_askers_words(session: Session, rep: Actor) -> None:
    request = ask(session, rep)

    assert (request.situation, request.conversation, request.status) == (WORDS, "point-of-view", "open")
    assert request.asker.id == rep.id


@pytest.mark.parametrize("words", ["", " \n ", "x" * 2001, "a\x00b"])
def test_a_request_needs_words_that_can_be_kept(session: Session, rep: Actor, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        ask(session, rep, words=words)

    assert {each.pointer for each in refused.value.errors} == {"/situation"}


def test_a_request_names_only_the_askers_own_search(session: Session, rep: Actor) -> None:
    someone = make_user(session)
    search = make_search(session, someone)

    with pytest.raises(Invalid, match="not one of your searches"):
        requests.ask(session, WORDS, search=search.id, actor=rep, now=NOW)
    own = requests.ask(session, WORDS, search=search.id, actor=someone.as_actor(), now=NOW)

    assert own.search_id == search.id


def test_another_rep_neither_lists_nor_opens_it(session: Session, rep: Actor) -> None:
    request = ask(session, rep)
    other = make_user(session).as_actor()

    with pytest.raises(NotFound):
        requests.get(session, request.id, actor=other)

    assert requests.listed(session, actor=other).items == []
    assert requests.listed(session, actor=rep).items == [request]


@pytest.mark.parametrize("role", [Role.MARKETER, Role.MANAGER, Role.ADMIN, Role.ANALYST])
def test_those_who_plan_content_read_everybodys(session: Session, rep: Actor, role: Role) -> None:
    request = ask(session, rep)

    listed = requests.listed(session, actor=make_user(session, role).as_actor())

    assert listed.items == [request]


def test_the_list_is_filtered_and_sliced_newest_first(session: Session, rep: Actor, marketer: Actor) -> None:
    old, same, new = (ask(session, rep, NOW + timedelta(days=days)) for days in (0, 1, 1))
    request_changes.change(session, old.id, {"status": RequestStatus.DECLINED}, actor=marketer, now=NOW)
    newest, second = sorted([same, new], key=lambda each: each.id, reverse=True)

    first = requests.listed(session, status=RequestStatus.OPEN, limit=1, actor=marketer)
    rest = requests.listed(session, status=RequestStatus.OPEN, limit=1, cursor=first.next, actor=marketer)

    assert (list(first.items), list(rest.items), rest.next) == ([newest], [second], None)
    assert requests.listed(session, conversation=Conversation.RIGHT_PEOPLE, actor=marketer).items == []
    assert requests.listed(session, mine=True, actor=marketer).items == []


def test_a_filled_request_tells_the_asker_where(session: Session, rep: Actor, marketer: Actor) -> None:
    request, asset = ask(session, rep), make_asset(session, title="Late deliveries, told in money")

    request_changes.change(
        session,
        request.id,
        {"status": RequestStatus.FILLED, "asset": asset.id, "answer": "Here it is."},
        actor=marketer,
        now=NOW,
    )

    (told,) = notifications.unread(session, actor=rep)
    assert (told.message, told.path) == ("request.filled", f"/assets/{asset.id}")
    assert told.values["title"] == "Late deliveries, told in money"
    assert notifications.unread(session, actor=marketer) == []


def test_a_request_is_filled_only_by_what_the_asker_can_open(
    session: Session, rep: Actor, marketer: Actor
) -> None:
    request, draft = ask(session, rep), make_asset(session, status=Status.DRAFT)

    for asset in (None, draft.id, "0" * 32):
        with pytest.raises(Invalid) as refused:
            request_changes.change(
                session,
                request.id,
                {"status": RequestStatus.FILLED, "asset": asset},
                actor=marketer,
                now=NOW,
            )
        assert refused.value.errors[0].pointer == "/asset"

    assert notifications.unread(session, actor=rep) == []


@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER, Role.ANALYST])
def test_only_marketing_answers(session: Session, role: Role) -> None:
    asker = make_user(session, role).as_actor()
    request = ask(session, asker)

    with pytest.raises(NotAllowed):
        request_changes.change(session, request.id, {"status": RequestStatus.PLANNED}, actor=asker, now=NOW)


def test_the_asker_alone_changes_the_words_and_only_until_the_answer(
    session: Session, rep: Actor, marketer: Actor
) -> None:
    request = ask(session, rep)

    with pytest.raises(NotAllowed, match="Only the person who asked"):
        request_changes.change(session, request.id, {"situation": "Other words"}, actor=marketer, now=NOW)
    request_changes.change(session, request.id, {"situation": "Better words"}, actor=rep, now=NOW)
    request_changes.change(session, request.id, {"status": RequestStatus.DECLINED}, actor=marketer, now=NOW)
    with pytest.raises(Conflict):
        request_changes.change(session, request.id, {"note": "But"}, actor=rep, now=NOW)

    assert request.situation == "Better words"


def test_a_change_of_nothing_tells_nobody(session: Session, rep: Actor, marketer: Actor) -> None:
    request = ask(session, rep)

    request_changes.change(session, request.id, {"status": RequestStatus.OPEN}, actor=marketer, now=NOW)

    assert notifications.unread(session, actor=rep) == []


def test_messages_are_ones_own_to_read_once(session: Session, rep: Actor, marketer: Actor) -> None:
    first = notifications.tell(session, rep.id, "hello", {"n": 1}, now=NOW)
    second = notifications.tell(session, rep.id, "again", {}, now=NOW + timedelta(minutes=1))

    by_another = notifications.mark_read(session, [first.id], actor=marketer, now=NOW)
    by_owner = notifications.mark_read(session, [first.id, first.id], actor=rep, now=NOW)

    assert (by_another, by_owner) == (0, 1)
    assert list(notifications.unread(session, actor=rep)) == [second]
    assert notifications.count_unread(session, actor=rep) == 1
