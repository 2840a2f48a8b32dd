"""A POST with an Idempotency-Key acts once, however often it is sent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, func, select

from content_map import context
from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.errors import Conflict
from content_map.models import IdempotentReply, Token
from content_map.services import idempotency
from storage.contract import StorageUnavailable
from tests.api.calls import API, assert_problem, upload
from tests.api.conftest import ClientOf, PersonOf

KEY = {"Idempotency-Key": "one"}
ACCOUNT = {"name": "Harbour & Vale"}


def test_same_post_again_gives_the_same_answer_and_acts_once(rep: FlaskClient) -> None:
    first = rep.post(f"{API}/accounts", json=ACCOUNT, headers=KEY)
    again = rep.post(f"{API}/accounts", json=ACCOUNT, headers=KEY)

    assert first.status_code == again.status_code == 201
    assert again.json == first.json
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replay"] == "true"
    assert len(rep.get(f"{API}/accounts").json["items"]) == 1


def test_upload_sent_again_is_the_same_asset_whatever_its_boundary(marketer: FlaskClient) -> None:
    first = upload(marketer, headers=KEY, title="One")
    again = upload(marketer, headers=KEY, title="One")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert first.headers["ETag"] == again.headers["ETag"]
    assert len(marketer.get(f"{API}/assets").json["items"]) == 1


@pytest.mark.parametrize(
    "change", [{"title": "Two"}, {"content": "Same number of letters here"}, {"name": "other.txt"}]
)
def test_another_upload_under_the_same_key_is_refused(marketer: FlaskClient, change: dict[str, str]) -> None:
    upload(marketer, headers=KEY, title="One")

    assert_problem(upload(marketer, headers=KEY, **{"title": "One", **change}), 422)


def test_another_body_or_address_under_the_same_key_is_refused(rep: FlaskClient) -> None:
    rep.post(f"{API}/accounts", json=ACCOUNT, headers=KEY)

    assert_problem(rep.post(f"{API}/accounts", json={"name": "Another"}, headers=KEY), 422)
    assert_problem(rep.post(f"{API}/requests", json=ACCOUNT, headers=KEY), 422)


def test_refusal_is_kept_too(rep: FlaskClient) -> None:
    first = rep.post(f"{API}/accounts", json={"name": ""}, headers=KEY)
    again = rep.post(f"{API}/accounts", json={"name": ""}, headers=KEY)

    assert assert_problem(first, 422) == assert_problem(again, 422)
    assert again.headers["Idempotent-Replay"] == "true"


def test_key_is_the_callers_own(rep: FlaskClient, marketer: FlaskClient) -> None:
    rep.post(f"{API}/requests", json={"situation": "Cold chain"}, headers=KEY)

    assert (
        "Idempotent-Replay"
        not in marketer.post(f"{API}/requests", json={"situation": "Cold chain"}, headers=KEY).headers
    )


def test_second_request_while_the_first_is_answered_waits(
    client_of: ClientOf, person_of: PersonOf, sessions: Sessions, now: datetime
) -> None:
    person = person_of(Role.REP)
    client = client_of(person)
    client.post(f"{API}/accounts", json=ACCOUNT, headers=KEY)
    with sessions.write() as session:
        session.get_one(IdempotentReply, (person.id, "one")).status = None

    answer = client.post(f"{API}/accounts", json=ACCOUNT, headers=KEY)

    assert_problem(answer, 409)
    assert answer.headers["Retry-After"] == "1"


def test_first_request_whose_process_died_blocks_its_key_for_a_while_only(
    client_of: ClientOf, person_of: PersonOf, sessions: Sessions, now: datetime
) -> None:
    person = person_of(Role.REP)
    client = client_of(person)
    client.post(f"{API}/accounts", json=ACCOUNT, headers=KEY)
    with sessions.write() as session:
        reply = session.get_one(IdempotentReply, (person.id, "one"))
        reply.status, reply.created_at = None, now - idempotency.ANSWERED_WITHIN - timedelta(seconds=1)

    problem = assert_problem(client.post(f"{API}/accounts", json=ACCOUNT, headers=KEY), 409)

    assert problem["account"]["name"] == "Harbour & Vale", (
        "the request was done again: the account is there already"
    )


def test_fault_of_ours_frees_the_key(app: Flask, admin: FlaskClient, sessions: Sessions) -> None:
    """The store is gone for one request: the next one with the same key must do the work."""

    class Away:
        def put(self, *_given: object, **_more: object) -> None:
            raise StorageUnavailable("the store is away")

    parts = app.extensions[context.EXTENSION]
    app.extensions[context.EXTENSION] = replace(parts, store=Away())
    broken = upload(admin, headers=KEY)
    app.extensions[context.EXTENSION] = parts

    mended = upload(admin, headers=KEY)

    assert_problem(broken, 503)
    assert broken.headers["Retry-After"]
    assert mended.status_code == 201
    assert "Idempotent-Replay" not in mended.headers


def test_secret_is_shown_once_and_never_stored(rep: FlaskClient, sessions: Sessions) -> None:
    first = rep.post(f"{API}/me/tokens", json={"name": "script"}, headers=KEY).json
    again = rep.post(f"{API}/me/tokens", json={"name": "script"}, headers=KEY).json

    assert first["token"].startswith("cm_")
    assert again == {**first, "token": None}
    with sessions.read() as session:
        stored = session.scalars(select(IdempotentReply.body)).one()
        assert first["token"] not in (stored or "")
        assert session.scalar(select(func.count()).where(Token.name == "script")) == 1


def test_one_time_link_of_a_new_person_is_not_stored(admin: FlaskClient) -> None:
    body = {"email": "new@example.com", "role": "rep"}

    first = admin.post(f"{API}/users", json=body, headers=KEY).json
    again = admin.post(f"{API}/users", json=body, headers=KEY).json

    assert "/welcome/" in first["link"]
    assert again == {**first, "link": None}


@pytest.mark.parametrize("key", ["x" * 201, "caf\xe9\x7f"])
def test_key_that_cannot_be_kept_is_refused(rep: FlaskClient, key: str) -> None:
    assert_problem(rep.post(f"{API}/accounts", json=ACCOUNT, headers={"Idempotency-Key": key}), 422)


def test_answers_are_forgotten_after_a_day(rep: FlaskClient, app: Flask, now: datetime) -> None:
    rep.post(f"{API}/accounts", json=ACCOUNT, headers=KEY)
    app.extensions["clock"] = lambda: now + timedelta(hours=24, seconds=1)

    assert_problem(rep.post(f"{API}/accounts", json=ACCOUNT, headers=KEY), 409)


def test_of_many_requests_at_once_one_is_done(engine: Engine, now: datetime) -> None:
    """On connections of their own, as in several processes; the row is removed afterwards."""
    sessions, user = Sessions(engine), uuid4().hex

    def begin(_number: int) -> bool:
        try:
            with sessions.write() as session:
                return idempotency.begin(session, user, "one", "hash", now=now) is None
        except Conflict:
            return False

    try:
        with ThreadPoolExecutor(8) as pool:
            done = list(pool.map(begin, range(8)))
    finally:
        with sessions.write() as session:
            session.execute(delete(IdempotentReply).where(IdempotentReply.user_id == user))

    assert done.count(True) == 1
