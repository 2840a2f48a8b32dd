"""What waits for one, on a page without JavaScript: answered, confirmed, handed over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import select

from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.people import Role
from content_map.models import Asset, Flag
from tests.factories import make_asset, make_user
from tests.web.browsing import Browser, text_of

Visit = Callable[[Role], Browser]
PRICES = "The prices are of 2024."


def complain(rep: Browser, asset_id: str) -> None:
    answer = rep.post(f"/assets/{asset_id}/feedback", feedback="outdated", text=PRICES)
    if answer.status_code != 303:
        raise ValueError(answer.get_data(as_text=True))


def flag_of(sessions: Sessions) -> Flag:
    with sessions.read() as session:
        return session.scalars(select(Flag)).one()


def owned(sessions: Sessions, owner: Browser, **given: object) -> str:
    with sessions.write() as session:
        return make_asset(session, owner=session.merge(owner.person), **given).id  # type: ignore[arg-type]


def test_a_readers_word_reaches_the_owner_and_the_answer_the_reader(visit: Visit, sessions: Sessions) -> None:
    owner, rep = visit(Role.MARKETER), visit(Role.REP)
    asset_id = owned(sessions, owner, title="Cold chain deck")
    complain(rep, asset_id)

    waits = text_of(owner.get("/to-do"))
    said = text_of(
        owner.follow(f"/flags/{flag_of(sessions).id}", state="done", note="The new prices are in.")
    )
    heard = text_of(rep.get("/notifications"))

    assert "Out of date" in waits
    assert f"“{PRICES}” Rep" in waits
    assert rep.person.name not in waits
    assert "The readers who said it are told" in said
    assert PRICES not in said
    assert "What you said of it was acted on: Cold chain deck. The new prices are in." in heard


def test_still_right_is_one_click_from_the_list_and_from_the_asset(
    visit: Visit, sessions: Sessions, now: datetime
) -> None:
    owner = visit(Role.MARKETER)
    asset_id = owned(sessions, owner, title="Price sheet", review_by=now.date())

    listed = text_of(owner.get("/to-do"))
    answer = text_of(owner.follow(f"/assets/{asset_id}/still-right", back="/to-do#review"))

    with sessions.read() as session:
        review_by = session.get_one(Asset, asset_id).review_by
    assert "Review by 21 Nov" in listed
    assert "Still right. Its next review is on 21 May 2027." in answer
    assert review_by == date(2027, 5, 21)
    assert "Price sheet" not in text_of(owner.get("/to-do")).partition("Needs tagging")[0]


@pytest.mark.parametrize("role", [Role.REP, Role.ANALYST])
def test_who_has_nothing_to_answer_is_not_offered_the_list(visit: Visit, role: Role) -> None:
    person = visit(role)

    assert person.get("/to-do").status_code == 403
    assert "To do" not in text_of(person.get("/library"))


def test_an_empty_list_says_what_comes_here(visit: Visit) -> None:
    assert "Nothing waits for you" in text_of(visit(Role.MANAGER).get("/to-do"))


def test_blocking_an_owner_asks_who_takes_over(visit: Visit, sessions: Sessions) -> None:
    admin, owner = visit(Role.ADMIN), visit(Role.MARKETER)
    asset_id = owned(sessions, owner, status=Status.PUBLISHED)
    with sessions.write() as session:
        taker = make_user(session, Role.MARKETER, name="Tove Taker").id

    asked = admin.post(f"/people/{owner.person.id}", act="block")
    done = admin.post(f"/people/{owner.person.id}", act="block", new_owner=taker)

    with sessions.read() as session:
        now_owned_by = session.get_one(Asset, asset_id).owner_id
    assert asked.status_code == 422
    assert f"Who takes over from {owner.person.name}?" in text_of(asked)
    assert "Tove Taker" in text_of(asked)
    assert (done.status_code, now_owned_by) == (303, taker)
    people = text_of(admin.get("/people"))
    assert f"Tove Taker owns the assets of {owner.person.name} now." in people
    assert "2 people can sign in." in people
