"""Flags, reviews and what waits, over HTTP."""

from __future__ import annotations

from uuid import uuid4

from flask.testing import FlaskClient

from content_map.db import Sessions
from content_map.domain.people import Role
from tests.api.calls import API, assert_problem, pointers, published
from tests.api.conftest import ClientOf, PersonOf
from tests.factories import make_asset, make_user


def complain(rep: FlaskClient, asset: str, feedback: str = "outdated") -> None:
    event = {"id": str(uuid4()), "kind": "feedback", "asset": asset, "feedback": feedback}
    answer = rep.post(f"{API}/usage", json={"events": [event]})
    if answer.json["accepted"] != 1:
        raise ValueError(answer.json)


def test_a_flag_is_listed_answered_and_gone_from_the_open_ones(
    rep: FlaskClient, marketer: FlaskClient
) -> None:
    asset = published(marketer)["id"]
    complain(rep, asset)

    flag = marketer.get(f"{API}/flags?mine=true").json["items"][0]
    waiting = marketer.get(f"{API}/me/waiting").json["items"]
    done = marketer.patch(f"{API}/flags/{flag['id']}", json={"state": "done", "note": "Mended."})

    assert (flag["asset"], flag["code"], flag["mender"], flag["reports"]) == (asset, "outdated", "owner", 1)
    assert {"queue": "flagged", "count": 1, "assets": [asset]} in waiting
    assert (done.json["state"], done.json["note"]) == ("done", "Mended.")
    assert marketer.get(f"{API}/flags").json["items"] == []
    assert [each["id"] for each in marketer.get(f"{API}/flags?state=done").json["items"]] == [flag["id"]]


def test_readers_answer_no_flags_and_see_none(rep: FlaskClient, marketer: FlaskClient) -> None:
    complain(rep, published(marketer)["id"])
    flag = marketer.get(f"{API}/flags").json["items"][0]["id"]

    assert_problem(rep.get(f"{API}/flags"), 403)
    assert_problem(rep.patch(f"{API}/flags/{flag}", json={"state": "done"}), 403)
    assert_problem(marketer.patch(f"{API}/flags/nothing", json={"state": "done"}), 404)
    assert pointers(assert_problem(marketer.patch(f"{API}/flags/{flag}", json={"state": "x"}), 422)) == [
        "/state"
    ]


def test_a_review_moves_by_a_half_year_or_to_the_day_given(rep: FlaskClient, marketer: FlaskClient) -> None:
    path = f"{API}/assets/{published(marketer)['id']}/review"

    assert marketer.post(path, json={}).json["review_by"] == "2027-05-21"
    assert marketer.post(path, json={"review_by": "2027-01-31"}).json["review_by"] == "2027-01-31"
    assert pointers(assert_problem(marketer.post(path, json={"review_by": "2026-11-21"}), 422)) == [
        "/review_by"
    ]
    assert_problem(rep.post(path, json={}), 403)


def test_deactivation_names_who_takes_over(
    client_of: ClientOf, person_of: PersonOf, sessions: Sessions
) -> None:
    admin = client_of(person_of(Role.ADMIN))
    with sessions.write() as session:
        leaving, taker = make_user(session, Role.MARKETER), make_user(session, Role.MARKETER)
        asset = make_asset(session, owner=leaving).id
    path = f"{API}/users/{leaving.id}"

    refused = assert_problem(admin.patch(path, json={"is_active": False}), 422)
    left = admin.patch(path, json={"is_active": False, "new_owner": taker.id})

    assert pointers(refused) == ["/new_owner"]
    assert left.json["is_active"] is False
    assert admin.get(f"{API}/assets/{asset}").json["owner"]["id"] == taker.id
