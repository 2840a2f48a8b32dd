"""The web session on the API: the cookie needs its CSRF header, and a body alone never speaks for it."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from content_map.domain.people import Role
from tests.api.calls import API, assert_problem
from tests.api.conftest import PersonOf

TOKEN = "the-session's-own"


@pytest.fixture
def browser(app: Flask, person_of: PersonOf, now: datetime) -> FlaskClient:
    """A signed-in browser."""
    person = person_of(Role.REP)
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(user=person.id, epoch=person.session_epoch, csrf=TOKEN)
    return client


def test_cookie_reads_without_a_header(browser: FlaskClient) -> None:
    assert browser.get(f"{API}/me").json["role"] == "rep"


def test_cookie_changes_with_its_header_only(browser: FlaskClient) -> None:
    body = {"name": "Harbour & Vale"}

    assert_problem(browser.post(f"{API}/accounts", json=body), 403)
    assert_problem(browser.post(f"{API}/accounts", json=body, headers={"X-CSRF-Token": "guessed"}), 403)
    assert browser.post(f"{API}/accounts", json=body, headers={"X-CSRF-Token": TOKEN}).status_code == 201


def test_form_field_does_not_stand_for_the_header(browser: FlaskClient) -> None:
    form = {"_csrf": TOKEN, "dry_run": "true"}

    answer = browser.post(f"{API}/imports/accounts", data=form, content_type="multipart/form-data")

    assert "This page was open for too long" in assert_problem(answer, 403)["detail"]


def test_token_needs_no_csrf_header(rep: FlaskClient) -> None:
    assert rep.post(f"{API}/accounts", json={"name": "Harbour & Vale"}).status_code == 201


def test_session_of_an_older_epoch_is_over(browser: FlaskClient) -> None:
    with browser.session_transaction() as session:
        session["epoch"] = 99

    assert_problem(browser.get(f"{API}/me"), 401)
