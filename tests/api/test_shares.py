"""Tracked links over HTTP: made once, shown once, changed by whoever made them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.people import Role
from content_map.models import Asset, AuditEntry, IdempotentReply, Share, UsageEvent, User
from tests.api.calls import API, assert_problem, pointers
from tests.api.conftest import ClientOf, PersonOf
from tests.factories import make_asset, make_search

PATH = f"{API}/shares"
KEY = {"Idempotency-Key": "one"}


@pytest.fixture
def asset(sessions: Sessions) -> str:
    with sessions.write() as session:
        return make_asset(session, title="What a day of standstill costs").id


def made(client: FlaskClient, *assets: str, **given: Any) -> dict[str, Any]:
    what = {"asset": assets[0]} if len(assets) == 1 else {"assets": assets}
    found: dict[str, Any] = client.post(PATH, json={**what, "account": "Harbour & Vale", **given}).json
    return found


def events(sessions: Sessions) -> list[UsageEvent]:
    with sessions.read() as session:
        return list(session.scalars(select(UsageEvent).order_by(UsageEvent.asset_id)))


def test_a_link_lasts_thirty_days_and_its_token_is_stored_nowhere(
    rep: FlaskClient, sessions: Sessions, asset: str, now: datetime
) -> None:
    answer = rep.post(PATH, json={"asset": asset, "account": "Harbour & Vale"}, headers=KEY)

    share = answer.json
    base, _, token = share["url"].rpartition("/s/")
    assert (base, len(token)) == ("http://127.0.0.1:8000", 43)  # 32 random bytes, six bits a character
    assert datetime.fromisoformat(share["expires_at"]) == now + timedelta(days=30)
    assert (share["version"], share["state"], share["views"]) == ("latest", "live", 0)
    with sessions.read() as session:
        kept = [*session.scalars(select(AuditEntry.changes)), *session.scalars(select(IdempotentReply.body))]
        kept += [session.scalars(select(Share.token_hash)).one()]
    assert token not in str(kept)
    shown = rep.get(answer.headers["Location"]).json
    assert shown == {name: value for name, value in share.items() if name != "url"}


def test_a_repeated_post_gives_the_same_share_and_not_its_link(
    rep: FlaskClient, sessions: Sessions, asset: str
) -> None:
    body = {"asset": asset, "account": "Harbour & Vale"}
    first = rep.post(PATH, json=body, headers=KEY).json

    again = rep.post(PATH, json=body, headers=KEY)

    assert again.json == {**first, "url": None}
    assert len(events(sessions)) == 1


def test_sharing_is_a_use_of_each_asset_with_the_search_and_version_it_came_from(
    client_of: ClientOf, person_of: PersonOf, sessions: Sessions
) -> None:
    person = person_of(Role.REP)
    with sessions.write() as session:
        one, other = make_asset(session), make_asset(session)
        search = make_search(session, person, one, other, conversation="tangible-value").id
        ids = sorted([one.id, other.id])

    share = made(client_of(person), *ids, search=search)

    found = events(sessions)
    assert [each.asset_id for each in found] == ids
    assert {
        (each.kind, each.surface, each.share_id, each.search_id, each.conversation, each.version)
        for each in found
    } == {("share_created", "share", share["id"], search, "tangible-value", 1)}
    assert {each.account_id for each in found} == {share["account"]["id"]}
    assert {each.excluded_reason for each in found} == {None}


@pytest.mark.parametrize(
    ("role", "reason"),
    [(Role.REP, None), (Role.MANAGER, None), (Role.MARKETER, "not_sales"), (Role.ADMIN, "not_sales")],
)
def test_only_what_sales_shares_counts(
    client_of: ClientOf, person_of: PersonOf, sessions: Sessions, asset: str, role: Role, reason: str | None
) -> None:
    made(client_of(person_of(role)), asset)

    assert [each.excluded_reason for each in events(sessions)] == [reason]


def test_what_an_owner_and_a_test_account_share_is_left_out(
    client_of: ClientOf, person_of: PersonOf, sessions: Sessions, asset: str
) -> None:
    owner, tester = person_of(Role.REP), person_of(Role.REP, is_test=True)
    with sessions.write() as session:
        own = make_asset(session, owner=session.get_one(User, owner.id)).id

    made(client_of(owner), own)
    made(client_of(tester), asset)

    assert {each.asset_id: each.excluded_reason for each in events(sessions)} == {
        own: "own",
        asset: "test_account",
    }


def test_who_may_not_share_is_told_before_anything_is_read(analyst: FlaskClient, asset: str) -> None:
    assert_problem(analyst.post(PATH, json={"asset": asset, "account": "Acme"}), 403)
    assert_problem(analyst.get(PATH), 403)


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"account": " "}, "/account"),
        ({"account": "0" * 32}, "/account"),
        ({"assets": []}, "/asset"),
        ({"asset": "nothing"}, "/asset"),
        ({"version": 2}, "/version"),
        ({"version": 0}, "/version"),
        ({"version": True}, "/version"),
        ({"version": None}, "/version"),
        ({"expires_at": "2026-11-21T09:00:00Z"}, "/expires_at"),
        ({"expires_at": "2027-11-23T09:00:00Z"}, "/expires_at"),
        ({"password": "short"}, "/password"),
        ({"search": "nobody's"}, "/search"),
        ({"conversation": "sixth"}, "/conversation"),
        ({"token": "mine"}, "/token"),
    ],
)
def test_what_cannot_be_shared_so_is_refused_with_its_field(
    rep: FlaskClient, sessions: Sessions, asset: str, given: dict[str, Any], pointer: str
) -> None:
    answer = rep.post(PATH, json={"asset": asset, "account": "Acme", **given})

    assert pointers(assert_problem(answer, 422)) == [pointer]
    assert events(sessions) == []
    assert rep.get(PATH).json["items"] == []


def test_several_assets_follow_their_latest_versions(rep: FlaskClient, sessions: Sessions) -> None:
    with sessions.write() as session:
        ids = [make_asset(session).id for _ in range(2)]

    answer = rep.post(PATH, json={"assets": ids, "account": "Acme", "version": 1})

    assert pointers(assert_problem(answer, 422)) == ["/version"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"audience": "internal"}, "internal"),
        ({"status": Status.ARCHIVED}, "not published"),
        ({"status": Status.DRAFT}, "not published"),
    ],
)
def test_only_a_live_asset_for_customers_leaves(
    rep: FlaskClient, sessions: Sessions, given: dict[str, Any], says: str
) -> None:
    with sessions.write() as session:
        asset = make_asset(session, **given).id

    refusal = assert_problem(rep.post(PATH, json={"asset": asset, "account": "Acme"}), 422)

    assert says in refusal["detail"]


def test_a_link_is_prolonged_protected_pinned_revoked_and_opened_again(
    rep: FlaskClient, sessions: Sessions, asset: str, now: datetime
) -> None:
    path = f"{PATH}/{made(rep, asset)['id']}"

    later = rep.patch(path, json={"expires_at": "2027-01-01T00:00:00Z", "version": 1}).json
    protected = rep.patch(path, json={"password": "harbour view"}).json
    revoked = rep.patch(path, json={"revoked": True}).json
    again = rep.patch(path, json={"revoked": False, "password": None, "version": "latest"}).json

    assert (later["expires_at"], later["version"]) == ("2027-01-01T00:00:00.000Z", 1)
    assert (protected["has_password"], protected["state"]) == (True, "live")
    assert revoked["state"] == "revoked"
    assert datetime.fromisoformat(revoked["revoked_at"]) == now
    assert (again["state"], again["has_password"], again["version"]) == ("live", False, "latest")
    with sessions.read() as session:
        noted = str(list(session.scalars(select(AuditEntry.changes))))
    assert "harbour view" not in noted


def test_a_link_that_ran_out_says_so_until_it_is_prolonged(
    rep: FlaskClient, sessions: Sessions, asset: str, now: datetime
) -> None:
    path = f"{PATH}/{made(rep, asset)['id']}"
    with sessions.write() as session:
        share = session.scalars(select(Share)).one()
        share.made_at, share.expires_at = now - timedelta(days=2), now

    ended = rep.get(path).json["state"]
    prolonged = rep.patch(path, json={"expires_at": "2026-11-21T09:00:01Z"}).json["state"]

    assert (ended, prolonged) == ("expired", "live")


def test_others_do_not_know_of_a_link_and_an_admin_does(
    rep: FlaskClient, marketer: FlaskClient, admin: FlaskClient, asset: str
) -> None:
    share = made(rep, asset)
    path = f"{PATH}/{share['id']}"

    assert_problem(marketer.get(path), 404)
    assert_problem(marketer.patch(path, json={"revoked": True}), 404)
    assert_problem(marketer.get(f"{PATH}?everybodys=true"), 403)
    assert admin.get(PATH).json["items"] == []
    assert [each["id"] for each in admin.get(f"{PATH}?everybodys=true").json["items"]] == [share["id"]]
    assert admin.patch(path, json={"revoked": True}).json["state"] == "revoked"


def test_the_list_goes_on_from_its_cursor_newest_first_and_keeps_to_an_asset(
    rep: FlaskClient, sessions: Sessions, asset: str, now: datetime
) -> None:
    with sessions.write() as session:
        other = make_asset(session).id
    ids = [made(rep, each)["id"] for each in (asset, other, asset)]
    with sessions.write() as session:
        for minutes, share_id in enumerate(ids):
            session.get_one(Share, share_id).made_at = now - timedelta(hours=1) + timedelta(minutes=minutes)

    first = rep.get(f"{PATH}?limit=2").json
    rest = rep.get(f"{PATH}?limit=2&cursor={first['next']}").json
    of_asset = rep.get(f"{PATH}?asset={asset}").json["items"]

    assert [each["id"] for each in [*first["items"], *rest["items"]]] == ids[::-1]
    assert rest["next"] is None
    assert [each["id"] for each in of_asset] == [ids[2], ids[0]]


def test_a_title_is_not_told_to_a_rep_once_the_asset_is_retired(
    rep: FlaskClient, sessions: Sessions, asset: str
) -> None:
    path = f"{PATH}/{made(rep, asset)['id']}"
    with sessions.write() as session:
        session.get_one(Asset, asset).status = Status.ARCHIVED

    share = rep.get(path).json

    assert share["state"] == "gone"
    assert share["assets"] == [{"id": asset, "title": None, "is_open": False}]
