"""Shares beside everything else: merged customers, counts for owners, and what the database looks through."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.models import Share, UsageEvent, User
from content_map.services import accounts, share_lists, shares
from content_map.services.shares import ShareWish
from tests.factories import make_account, make_asset, make_user


def shared(sessions: Sessions, person: User, *assets: str, now: datetime, **given: Any) -> str:
    wish = ShareWish(assets, given.pop("account", "Harbour & Vale"), **given)
    return shares.make(sessions, wish, actor=person.as_actor(), now=now)[0]


def test_a_merged_customer_keeps_the_links_that_were_sent(
    session: Session, sessions: Sessions, now: datetime
) -> None:
    rep, admin, asset = make_user(session), make_user(session, Role.ADMIN), make_asset(session)
    gone, stays = make_account(session, "Harbor and Vale"), make_account(session, "Harbour & Vale")
    session.commit()
    share = shared(sessions, rep, asset.id, account=gone.id, now=now)

    accounts.merge(session, gone.id, stays.id, actor=admin.as_actor(), now=now)

    assert share_lists.one(session, share, actor=rep.as_actor(), now=now).account.id == stays.id


def test_owners_and_editors_learn_how_many_links_work_and_others_nothing(
    session: Session, sessions: Sessions, now: datetime
) -> None:
    rep, owner, editor = make_user(session), make_user(session), make_user(session, Role.MARKETER)
    asset = make_asset(session, owner=owner)
    session.commit()
    ids = [shared(sessions, rep, asset.id, now=now) for _ in range(3)]
    shares.change(sessions, ids[0], {"revoked": True}, actor=rep.as_actor(), now=now)
    session.expire_all()

    told = [
        share_lists.links_out(session, asset, actor=each.as_actor(), now=now) for each in (owner, editor, rep)
    ]
    after = share_lists.links_out(session, asset, actor=owner.as_actor(), now=now + timedelta(days=30))

    assert (told, after) == ([2, 2, 0], 0)


def test_a_list_of_links_asks_as_often_for_twenty_as_for_one(
    session: Session, sessions: Sessions, now: datetime
) -> None:
    rep, asset = make_user(session), make_asset(session)
    session.commit()
    for _ in range(20):
        shared(sessions, rep, asset.id, now=now)
    asked: list[int] = []

    for limit in (1, 20):
        session.expire_all()
        statements: list[str] = []

        def note(*given: Any, into: list[str] = statements) -> None:
            into.append(given[2])

        event.listen(session.get_bind(), "before_cursor_execute", note)
        share_lists.listed(session, limit=limit, actor=rep.as_actor(), now=now)
        event.remove(session.get_bind(), "before_cursor_execute", note)
        asked.append(len(statements))

    assert asked[0] == asked[1]


def test_a_form_sent_twice_shares_once_and_shows_its_link_once(
    session: Session, sessions: Sessions, now: datetime
) -> None:
    rep, asset = make_user(session), make_asset(session)
    session.commit()
    wish = ShareWish((asset.id,), "Acme", id="0" * 31 + "1")

    (first, token), (again, nothing) = (
        shares.make(sessions, wish, actor=rep.as_actor(), now=now) for _ in range(2)
    )

    assert (first, again, nothing) == (wish.id, wish.id, None)
    assert token is not None
    assert len(session.scalars(select(UsageEvent)).all()) == len(session.scalars(select(Share)).all()) == 1
