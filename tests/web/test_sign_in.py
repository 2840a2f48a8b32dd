"""The ways in and out, and what stands in front of every page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.models import User
from content_map.services import signing_in
from content_map.web.forms import own_path
from tests.web.browsing import Browser, text_of

PASSWORD = "a quiet sunday evening"


def sign_in(client: FlaskClient, email: str, password: str, **query: str) -> TestResponse:
    client.get("/sign-in")
    with client.session_transaction() as session:
        token = session["csrf"]
    fields = {"_csrf": token, "email": email, "password": password}
    return client.post("/sign-in", data=fields, query_string=query)


@pytest.fixture
def rep(person_of: Callable[[Role], User], sessions: Sessions, now: datetime) -> User:
    person = person_of(Role.REP)
    with sessions.write() as session:
        secret = signing_in.invite(session, person.id, actor=None, now=now)
        return signing_in.use_link(session, secret, password=PASSWORD, email=None, name=None, now=now)


def test_stranger_is_sent_to_sign_in_and_keeps_the_way(stranger: FlaskClient) -> None:
    answer = stranger.get("/library?conversation=right-people")

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/sign-in?next=/library?conversation%3Dright-people"


def test_fragment_asked_for_without_sign_in_sends_the_whole_page_there(stranger: FlaskClient) -> None:
    answer = stranger.get("/library", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/sign-in?next=/library")


def test_right_password_leads_where_one_wanted_to_go(stranger: FlaskClient, rep: User) -> None:
    answer = sign_in(stranger, rep.email, PASSWORD, next="/requests")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/requests")
    assert stranger.get("/requests").status_code == 200


def test_wrong_password_says_so_and_keeps_the_address(stranger: FlaskClient, rep: User) -> None:
    answer = sign_in(stranger, rep.email, "something else entirely")

    assert answer.status_code == 422
    assert "do not belong together" in text_of(answer)
    assert f'value="{rep.email}"' in answer.get_data(as_text=True)


def test_tenth_wrong_password_makes_the_next_one_wait(stranger: FlaskClient, rep: User) -> None:
    for _ in range(10):
        sign_in(stranger, rep.email, "guessing again and again")

    answer = sign_in(stranger, rep.email, PASSWORD)

    assert "Too many wrong passwords" in text_of(answer)


def test_sign_in_never_leads_out_of_the_product(stranger: FlaskClient, rep: User) -> None:
    assert sign_in(stranger, rep.email, PASSWORD, next="//evil.example").headers["Location"] == "/"


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example/", "/\\evil.example", "evil"])
def test_address_that_leads_elsewhere_is_not_followed(elsewhere: str) -> None:
    assert own_path(elsewhere, "/safe") == "/safe"


@given(st.text())
def test_own_path_is_a_path_of_this_site_or_the_other_one(address: str) -> None:
    found = own_path(address, "/safe")

    assert found == "/safe" or (found.startswith("/") and not found.startswith(("//", "/\\")))


def test_form_without_its_token_changes_nothing(visit: Callable[[Role], Browser]) -> None:
    rep = visit(Role.REP)

    answer = rep.client.post("/requests", data={"situation": "A CISO in payments"})

    assert answer.status_code == 403
    assert "open for too long" in text_of(answer)
    assert "CISO" not in text_of(rep.get("/requests"))


def test_one_time_link_makes_the_first_admin_once(
    stranger: FlaskClient, sessions: Sessions, now: datetime
) -> None:
    with sessions.write() as session:
        secret = signing_in.first_admin_link(session, now=now)
    page = stranger.get(f"/welcome/{secret}")
    with stranger.session_transaction() as session_data:
        token = session_data["csrf"]
    fields = {"_csrf": token, "email": "ada@example.com", "name": "Ada", "password": PASSWORD}

    short = stranger.post(f"/welcome/{secret}", data={**fields, "password": "short"})
    done = stranger.post(f"/welcome/{secret}", data=fields)

    assert page.status_code == 200
    assert (short.status_code, "at least 12 characters" in text_of(short)) == (422, True)
    assert (done.status_code, done.headers["Location"]) == (303, "/")
    assert "Ada" in text_of(stranger.get("/people"))
    assert stranger.get(f"/welcome/{secret}").status_code == 410


def test_signing_out_ends_the_session(visit: Callable[[Role], Browser]) -> None:
    rep = visit(Role.REP)

    rep.post("/sign-out")

    assert rep.get("/").status_code == 303


@pytest.mark.parametrize("path", ["/demo/sign-in/admin", "/demo/sign-in/nobody"])
def test_role_switch_is_not_there_outside_the_demo(stranger: FlaskClient, path: str) -> None:
    assert stranger.get(path).status_code == 404
