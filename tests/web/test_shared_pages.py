"""What a customer meets behind a link: every exit, every end, and what counts as a look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.people import Role
from content_map.models import Asset, Page, Share, UsageEvent, User, Version
from content_map.services import objects, passwords, share_lists, shares
from content_map.services.shares import ShareWish
from content_map.wiring import Resources
from tests.factories import make_asset, make_user
from tests.web.browsing import Browser, text_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SLACK = "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"
TITLE = "What a day of standstill costs"
SEEN = {"HX-Request": "true", "Sec-Fetch-Site": "same-origin"}
EVENT = "0b0e3c3e-5a4b-4d6f-9d6f-{:012d}"
PASSWORD = "harbour view"

Sent = Callable[..., str]


@pytest.fixture
def customer(app: Flask) -> FlaskClient:
    """A browser nobody is signed in with."""
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    return client


@pytest.fixture
def sender(sessions: Sessions) -> User:
    with sessions.write() as session:
        return make_user(session, Role.REP, name="Rita Rep")


@pytest.fixture
def asset(sessions: Sessions, resources: Resources) -> str:
    """An asset of two versions with a picture and a file each."""
    with sessions.write() as session:
        asset = make_asset(session, title=TITLE, pages=("old words",))
        first = session.scalars(select(Version).where(Version.asset_id == asset.id)).one()
        first.size_bytes = len(b"old bytes")
        second = Version(
            **{column: getattr(first, column) for column in ("asset_id", "media_type", "kind", "state")},
            **{column: getattr(first, column) for column in ("created_by", "created_at")},
            number=2,
            store_key=f"assets/{asset.id}/2",
            file_name="asset-2.pdf",
            sha256="f" * 64,
            size_bytes=len(b"new bytes"),
        )
        session.add(second)
        asset.version_number = 2
        session.flush()
        session.add(Page(version_id=second.id, number=1, label="Page 1", text="new words"))
        session.flush()
        for version, said in ((first, b"old"), (second, b"new")):
            page = session.get_one(Page, (version.id, 1))
            page.image_key, page.thumbnail_key = f"{version.store_key}.webp", f"{version.store_key}.small"
            for key, rest in (
                (version.store_key, b" bytes"),
                (page.image_key, b" picture"),
                (page.thumbnail_key, b" small"),
            ):
                resources.store.put(str(key), BytesIO(said + rest), media_type="image/webp")
        return asset.id


@pytest.fixture
def sent(sessions: Sessions, sender: User, asset: str, app: Flask) -> Sent:
    """Share something and give the address."""

    def send(*assets: str, **given: Any) -> str:
        wish = ShareWish(assets or (asset,), "Harbour & Vale", **given)
        now = app.extensions["clock"]()
        _, token = shares.make(sessions, wish, actor=sender.as_actor(), now=now)
        return f"/s/{token}"

    return send


EXITS = ("", "/1", "/1/file", "/1/pages/1", "/1/pages/1/small")


def looks(sessions: Sessions) -> list[tuple[str, str | None]]:
    """What was recorded of looks, and why some do not count."""
    with sessions.read() as session:
        rows = session.scalars(select(UsageEvent).where(UsageEvent.kind == "share_viewed"))
        return sorted(((str(row.asset_id), row.excluded_reason) for row in rows), key=str)


def end(sessions: Sessions, asset: str, how: str, now: Any) -> None:
    """Make a share of the asset end in one of the ways there are."""
    with sessions.write() as session:
        held, share = session.get_one(Asset, asset), session.scalars(select(Share)).one()
        match how:
            case "retired":
                held.status = Status.ARCHIVED
            case "expired asset":
                held.expires_at = now
            case "internal":
                held.audience = "internal"
            case "overwritten":
                current = select(Version).where(Version.asset_id == asset, Version.number == 2)
                objects.forget_bytes(session.scalars(current).one())
            case "revoked":
                share.revoked_at, share.revoked_by = now, share.made_by
            case "expired":
                share.made_at, share.expires_at = now - timedelta(days=30), now


def assert_names_nothing(answer: TestResponse) -> None:
    said = answer.get_data(as_text=True)
    assert [word for word in (TITLE, "Rita", "Harbour", "bytes", "picture") if word in said] == []


def test_a_customer_sees_what_was_sent_without_the_product_around_it(
    customer: FlaskClient, sent: Sent
) -> None:
    answer = customer.get(sent())

    words = text_of(answer)
    assert answer.status_code == 200
    assert TITLE in words
    assert "Rita Rep shared this with Harbour &amp; Vale. You can open it until" in words
    assert [each for each in ("Library", "Find", "Sign in", "new words") if each in words] == []
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(("version", "said"), [(None, b"new"), (1, b"old")])
def test_every_exit_gives_the_latest_version_or_the_pinned_one(
    customer: FlaskClient, sent: Sent, version: int | None, said: bytes
) -> None:
    address = sent(version=version)

    file, large, small = (customer.get(f"{address}{each}") for each in EXITS[2:])

    assert (file.data, large.data, small.data) == (said + b" bytes", said + b" picture", said + b" small")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert {each.headers["X-Content-Type-Options"] for each in (file, large, small)} == {"nosniff"}
    assert {each.headers["Cache-Control"] for each in (file, large, small)} == {"private, no-store"}
    assert customer.get(f"{address}/1/file", headers={"Range": "bytes=4-"}).data == b"bytes"


ENDS = ["retired", "expired asset", "internal", "overwritten", "revoked", "expired"]


@pytest.mark.parametrize("how", ENDS)
def test_a_link_is_dead_at_every_exit_the_moment_it_ends(
    customer: FlaskClient, sent: Sent, sessions: Sessions, asset: str, now: Any, how: str
) -> None:
    address = sent()
    end(sessions, asset, how, now)

    answers = [customer.get(f"{address}{each}") for each in EXITS]
    answers += [customer.get(f"{address}/1/play"), customer.get(f"{address}/1/subtitles.vtt")]
    answers += [customer.post(f"{address}/1/seen/{EVENT.format(1)}", headers=SEEN), customer.post(address)]

    assert {each.status_code for each in answers} == {410}
    for each in answers:
        assert_names_nothing(each)
    assert looks(sessions) == []


def test_what_nobody_sent_leads_nowhere(customer: FlaskClient, sent: Sent) -> None:
    address = sent()

    wrong = ("/s/x", f"{address}x", "/s/%ff%fe", "/s/%00", "/s/" + "x" * 3_000)
    answers = [customer.get(f"{each}{rest}") for each in wrong for rest in EXITS]
    answers += [customer.get(f"{address}/{place}") for place in ("0", "2", "99999999999999999999")]
    answers += [customer.get(f"{address}/1/{rest}") for rest in ("pages/2", "pages/99999999999", "play")]

    assert {each.status_code for each in answers} == {404}
    for each in answers:
        assert_names_nothing(each)


def test_what_remains_of_several_stays(
    customer: FlaskClient, sent: Sent, sessions: Sessions, asset: str, now: Any
) -> None:
    with sessions.write() as session:
        other = make_asset(session, title="Whom to call first").id
    address = sent(asset, other)
    both = text_of(customer.get(address))
    end(sessions, asset, "internal", now)

    rest = text_of(customer.get(address))

    assert [TITLE in both, "Whom to call first" in both] == [True, True]
    assert [TITLE in rest, "Whom to call first" in rest] == [False, True]
    assert [customer.get(f"{address}/{place}").status_code for place in (1, 2)] == [410, 200]
    end(sessions, other, "retired", now)
    assert customer.get(address).status_code == 410


@pytest.mark.parametrize(
    ("agent", "method", "headers", "reason"),
    [
        (SLACK, "GET", {}, "unfurl"),
        ("curl/8.5", "GET", {}, "bot"),
        ("", "GET", {}, "bot"),
        ("Mozilla/5.0 (compatible; Mimecast)", "GET", {}, "scanner"),
        (FIREFOX, "HEAD", {}, "scanner"),
        (FIREFOX, "GET", {"Sec-Purpose": "prefetch;prerender"}, "prefetch"),
    ],
)
def test_a_program_learns_that_there_is_something_and_leaves_one_row(
    customer: FlaskClient,
    sent: Sent,
    sessions: Sessions,
    asset: str,
    agent: str,
    method: str,
    headers: dict[str, str],
    reason: str,
) -> None:
    address = sent()
    answers = [
        customer.open(address, method=method, headers={"User-Agent": agent, **headers}) for _ in range(2)
    ]

    assert {each.status_code for each in answers} == {503 if reason == "prefetch" else 200}
    for each in answers:
        assert_names_nothing(each)
    assert looks(sessions) == [(asset, reason)]


def test_a_view_counts_when_the_page_was_shown_and_once_a_half_hour(
    customer: FlaskClient, sent: Sent, sessions: Sessions, asset: str, sender: User, now: Any
) -> None:
    address = sent()

    page = customer.get(address).get_data(as_text=True)
    before = looks(sessions)
    for number in (1, 1, 2):
        answer = customer.post(f"{address}/1/seen/{EVENT.format(number)}", headers=SEEN)

    assert f'hx-post="{address}/1/seen/' in page
    assert (before, answer.status_code) == ([], 204)
    assert looks(sessions) == [(asset, "repeat"), (asset, None)]
    with sessions.read() as session:
        (share,) = share_lists.listed(session, actor=sender.as_actor(), now=now).items
        view = session.get_one(UsageEvent, EVENT.format(1))
    assert (share.views, share.last_viewed_at) == (1, now)
    assert (view.actor_id, view.share_id, view.account_id) == (sender.id, share.id, share.account.id)
    assert (view.version, view.surface, view.conversation) == (2, "share", "point-of-view")


@pytest.mark.parametrize("headers", [{}, {**SEEN, "Sec-Fetch-Site": "cross-site"}])
def test_what_another_site_sends_is_no_look(
    customer: FlaskClient, sent: Sent, sessions: Sessions, headers: dict[str, str]
) -> None:
    customer.post(f"{sent()}/1/seen/{EVENT.format(1)}", headers=headers)

    assert looks(sessions) == []


@pytest.mark.parametrize(("role", "reason"), [(Role.REP, "own"), (Role.MARKETER, "not_sales")])
def test_a_colleague_who_opens_the_link_is_no_customer(
    customer: FlaskClient, sent: Sent, sessions: Sessions, asset: str, role: Role, reason: str
) -> None:
    address = sent()
    with sessions.write() as session:
        colleague = Browser.of(customer, make_user(session, role))

    page = colleague.get(address)
    colleague.client.post(f"{address}/1/seen/{EVENT.format(1)}", headers=SEEN)

    assert TITLE in text_of(page)
    assert looks(sessions) == [(asset, reason)]


def test_a_download_that_a_person_asked_for_is_a_look_and_a_fetched_one_is_none(
    customer: FlaskClient, sent: Sent, sessions: Sessions, asset: str
) -> None:
    address = f"{sent()}/1/file"

    customer.get(address)
    fetched = looks(sessions)
    customer.get(address, headers={"Sec-Fetch-User": "?1", "Range": "bytes=4-"})
    resumed = looks(sessions)
    customer.get(address, headers={"Sec-Fetch-User": "?1"})

    assert (fetched, resumed, looks(sessions)) == ([], [], [(asset, None)])


def test_a_page_loaded_in_a_ring_keeps_fifty_rows(
    customer: FlaskClient, sent: Sent, sessions: Sessions
) -> None:
    address = sent()

    for number in range(53):
        customer.post(f"{address}/1/seen/{EVENT.format(number)}", headers=SEEN)

    assert len(looks(sessions)) == 50


def test_a_password_is_asked_before_anything_is_told(
    customer: FlaskClient, sent: Sent, sessions: Sessions
) -> None:
    address = sent(password=PASSWORD)

    asked = [customer.get(f"{address}{each}", follow_redirects=True) for each in EXITS]
    customer.post(f"{address}/1/seen/{EVENT.format(1)}", headers=SEEN)
    wrong = customer.post(address, data={"password": "harbour vale"})
    right = customer.post(address, data={"password": PASSWORD})

    for each in [*asked, wrong]:
        assert_names_nothing(each)
    assert looks(sessions) == []
    assert (wrong.status_code, right.status_code) == (422, 303)
    assert TITLE in text_of(customer.get(right.headers["Location"]))
    assert customer.get(f"{address}/1/file").data == b"new bytes"


def test_a_new_password_is_asked_of_those_who_knew_the_old_one(
    customer: FlaskClient, sent: Sent, sessions: Sessions, sender: User, now: Any
) -> None:
    address = sent(password=PASSWORD)
    customer.post(address, data={"password": PASSWORD})
    with sessions.read() as session:
        share_id = session.scalars(select(Share.id)).one()

    shares.change(sessions, share_id, {"password": "another one"}, actor=sender.as_actor(), now=now)

    assert "Password needed" in text_of(customer.get(address))


def test_guessing_is_slowed_down_for_each_link(customer: FlaskClient, sent: Sent) -> None:
    address, other = sent(password=PASSWORD), sent(password=PASSWORD)
    for _ in range(passwords.FAILURES_ALLOWED):
        customer.post(address, data={"password": "wrong"})

    refused = customer.post(address, data={"password": PASSWORD})

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "901")
    assert customer.post(other, data={"password": PASSWORD}).status_code == 303


def test_a_token_never_stands_in_a_log(
    customer: FlaskClient, sent: Sent, resources: Resources, asset: str
) -> None:
    address = sent()
    resources.store.delete(f"assets/{asset}/2")

    with capture_logs() as logged:
        answer = customer.get(f"{address}/1/file")

    assert (answer.status_code, [each["event"] for each in logged]) == (503, ["request.unavailable"])
    assert address.removeprefix("/s/") not in str(logged)
