"""Who asks, one's own tokens, people, everybody's tokens and the audit trail over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.services import cursors, signing_in
from tests.api.calls import API, assert_problem, pointers
from tests.api.conftest import ClientOf, PersonOf

ADMIN_ONLY = ["/users", "/tokens", "/audit"]


def test_me_is_who_asks(rep: FlaskClient) -> None:
    me = rep.get(f"{API}/me").json

    assert list(me) == ["id", "email", "name", "role", "team"]
    assert (me["email"], me["name"], me["role"], me["team"]) == ("rita@example.com", "Rita Rep", "rep", None)


def test_own_token_works_until_it_is_ended(rep: FlaskClient, stranger: FlaskClient) -> None:
    made = rep.post(f"{API}/me/tokens", json={"name": "script"})
    bearer = {"Authorization": f"Bearer {made.json['token']}"}

    assert made.status_code == 201
    assert stranger.get(f"{API}/me", headers=bearer).json["name"] == "Rita Rep"
    listed = rep.get(f"{API}/me/tokens").json["items"]
    assert "token" not in listed[0]
    assert {each["name"] for each in listed} == {"script", "test"}
    assert rep.delete(f"{API}/me/tokens/{made.json['id']}").status_code == 204
    assert_problem(stranger.get(f"{API}/me", headers=bearer), 401)


def test_somebody_elses_token_cannot_be_ended(rep: FlaskClient, marketer: FlaskClient) -> None:
    made = rep.post(f"{API}/me/tokens", json={"name": "script"}).json

    assert_problem(marketer.delete(f"{API}/me/tokens/{made['id']}"), 404)
    assert_problem(marketer.delete(f"{API}/tokens/{made['id']}"), 404)


def test_admin_lists_and_ends_everybodys_tokens(admin: FlaskClient, rep: FlaskClient) -> None:
    made = rep.post(f"{API}/me/tokens", json={"name": "script"}).json

    listed = admin.get(f"{API}/tokens?limit=200").json["items"]
    assert {each["user"]["email"] for each in listed if each["name"] == "script"} == {"rita@example.com"}
    assert admin.delete(f"{API}/tokens/{made['id']}").status_code == 204
    assert "script" not in {each["name"] for each in rep.get(f"{API}/me/tokens").json["items"]}


def test_new_person_gets_a_link_that_sets_a_password_once(
    admin: FlaskClient, sessions: Sessions, now: Any
) -> None:
    body = {"email": "New.Person@Example.com", "role": "rep", "team": "North"}

    made = admin.post(f"{API}/users", json=body)

    person = made.json
    assert made.status_code == 201
    assert (person["email"], person["name"], person["team"]) == (
        "new.person@example.com",
        "New Person",
        "North",
    )
    assert person["link"].startswith("http://127.0.0.1:8000/welcome/")
    with sessions.write() as session:
        secret = person["link"].rpartition("/")[2]
        used = signing_in.use_link(
            session, secret, password="a long enough sentence", email=None, name=None, now=now
        )
        assert used.id == person["id"]


def test_change_of_a_person_touches_only_the_named_fields(admin: FlaskClient) -> None:
    made = admin.post(f"{API}/users", json={"email": "new@example.com", "role": "rep", "team": "North"}).json
    path = f"{API}/users/{made['id']}"

    promoted = admin.patch(path, json={"role": "manager"}).json
    alone = admin.patch(path, json={"team": None}).json

    assert (promoted["role"], promoted["team"], promoted["name"]) == ("manager", "North", "New")
    assert (alone["role"], alone["team"]) == ("manager", None)


def test_person_who_left_is_signed_out_everywhere(
    admin: FlaskClient, client_of: ClientOf, person_of: PersonOf
) -> None:
    person = person_of(Role.REP)
    client = client_of(person)

    admin.patch(f"{API}/users/{person.id}", json={"is_active": False})

    assert_problem(client.get(f"{API}/me"), 401)


def test_last_admin_stays(admin: FlaskClient) -> None:
    me = admin.get(f"{API}/me").json["id"]

    assert_problem(admin.patch(f"{API}/users/{me}", json={"role": "rep"}), 422)
    assert_problem(admin.patch(f"{API}/users/{me}", json={"is_active": False}), 422)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"email": "x@example.com"}, 422),
        ({"email": "x@example.com", "role": "boss"}, 422),
        ({"email": "nobody", "role": "rep"}, 422),
        ({"email": "a b@example.com", "role": "rep"}, 422),
        ({"email": "a\u0000@example.com", "role": "rep"}, 422),
        ({"email": "x@example.com", "role": "rep", "password": "secret"}, 422),
        ({"email": "ADA@example.com", "role": "rep"}, 409),
    ],
)
def test_person_who_cannot_be_added_is_refused(admin: FlaskClient, body: dict[str, Any], status: int) -> None:
    assert_problem(admin.post(f"{API}/users", json=body), status)

    assert len(admin.get(f"{API}/users").json["items"]) == 1


@pytest.mark.parametrize("path", ["/users", "/tokens", "/audit"])
@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER, Role.MARKETER, Role.ANALYST])
def test_only_admins_see_people(client_of: ClientOf, person_of: PersonOf, role: Role, path: str) -> None:
    assert_problem(client_of(person_of(role)).get(f"{API}{path}"), 403)


@pytest.mark.parametrize("path", ["/users", "/tokens", "/audit"])
def test_lists_go_on_where_their_cursor_says(admin: FlaskClient, path: str) -> None:
    for number in range(3):
        admin.post(f"{API}/users", json={"email": f"p{number}@example.com", "role": "rep"})
        admin.post(f"{API}/me/tokens", json={"name": f"token {number}"})
    whole = admin.get(f"{API}{path}?limit=200").json["items"]
    seen: list[Any] = []
    query: dict[str, Any] = {"limit": 2}

    while True:
        part = admin.get(f"{API}{path}", query_string=query).json
        seen += part["items"]
        if part["next"] is None:
            break
        query["cursor"] = part["next"]

    assert seen == whole
    assert len(whole) >= 4


def test_audit_says_who_did_what_newest_first(admin: FlaskClient) -> None:
    made = admin.post(f"{API}/accounts", json={"name": "Harbour & Vale"}).json
    admin.patch(f"{API}/accounts/{made['id']}", json={"size": "200"})

    first, second = admin.get(f"{API}/audit?limit=2").json["items"]

    assert (first["action"], second["action"]) == ("account.changed", "account.created")
    assert first["changes"] == {"size": [None, "200"]}
    assert first["actor"] == admin.get(f"{API}/me").json["id"]
    assert first["number"] == second["number"] + 1
    assert first["at"] == "2026-11-21T09:00:00.000Z"


def test_audit_cursor_that_is_no_number_is_refused(admin: FlaskClient) -> None:

    for forged in ("x", "-1", "9" * 30, "²"):
        answer = admin.get(f"{API}/audit", query_string={"cursor": cursors.make(forged)})
        assert pointers(assert_problem(answer, 422)) == ["/cursor"]
