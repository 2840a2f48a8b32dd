"""What somebody with bad intentions sends: it is refused in a sentence, and nothing of it reaches a log."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from structlog.testing import capture_logs

from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.models import Asset, Page, UsageEvent, Version
from content_map.web import guard
from content_map.wiring import Resources
from tests.factories import make_asset
from tests.web.browsing import TOKEN, Browser
from tests.web.test_sign_in import sign_in

Visit = Callable[[Role], Browser]
BEYOND_64_BITS = 2**63


@pytest.fixture
def asset(sessions: Sessions) -> Asset:
    with sessions.write() as session:
        return make_asset(session, pages=("The only page",))


@pytest.mark.parametrize(
    "path",
    [
        "/pictures/{asset}/{huge}/1",
        "/pictures/{asset}/1/{huge}",
        "/assets/{asset}/download?version={huge}",
        "/api/v1/assets/{asset}/pages/{huge}/image",
    ],
)
def test_number_too_large_for_the_database_names_nothing(visit: Visit, asset: Asset, path: str) -> None:
    answer = visit(Role.REP).get(path.format(asset=asset.id, huge=BEYOND_64_BITS))

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "path", ["/assets/%00", "/find/%00", "/library?q=%00", "/library?term=%00", "/pictures/%00/1/1"]
)
def test_character_that_is_no_text_is_no_fault_of_ours(visit: Visit, path: str) -> None:
    assert visit(Role.REP).get(path).status_code < 500


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/flags/a-flag", "note"),
        ("/vocabulary", "name"),
        ("/library/bulk/undo", "token"),
        ("/assets/{asset}/versions", "note"),
        ("/upload/link", "url"),
    ],
)
def test_form_with_a_character_that_is_no_text_is_refused_before_a_database_meets_it(
    visit: Visit, asset: Asset, path: str, field: str
) -> None:
    answer = visit(Role.MARKETER).post(path.format(asset=asset.id), **{field: "a\x00b"})

    assert answer.status_code == 422


def test_too_many_guesses_are_answered_with_how_long_to_wait(stranger: FlaskClient) -> None:
    for _ in range(10):
        sign_in(stranger, "raj@example.com", "guessing again and again")

    answer = sign_in(stranger, "raj@example.com", "guessing again and again")

    assert (answer.status_code, answer.headers.get("Retry-After")) == (429, str(15 * 60 + 1))


def test_link_on_another_site_cannot_record_a_use_in_ones_name(
    visit: Visit, asset: Asset, resources: Resources, sessions: Sessions
) -> None:
    rep = visit(Role.REP)
    with sessions.read() as session:
        key = session.scalars(select(Version.store_key).where(Version.asset_id == asset.id)).one()
    resources.store.put(key or "", io.BytesIO(b"words"), media_type="text/plain")
    use = f"/api/v1/assets/{asset.id}/file?purpose=customer&account=Harbour"

    lured = rep.get(use, headers={"Sec-Fetch-Site": "cross-site"})
    meant = rep.get(use, headers={"X-CSRF-Token": TOKEN})

    assert (lured.status_code, meant.status_code) == (403, 200)
    with sessions.read() as session:
        assert session.scalar(select(func.count()).select_from(UsageEvent)) == 1


def test_picture_is_kept_by_browsers_only_under_an_address_that_changes_with_it(
    visit: Visit, asset: Asset, resources: Resources, sessions: Sessions
) -> None:
    rep = visit(Role.REP)
    resources.store.put("pictures-one", io.BytesIO(b"webp"), media_type="image/webp")
    with sessions.write() as session:
        page = session.scalars(select(Page).join(Version).where(Version.asset_id == asset.id)).one()
        page.thumbnail_key = "pictures-one"

    moving = rep.get(f"/api/v1/assets/{asset.id}/thumbnail")
    fixed = rep.get(f"/pictures/{asset.id}/1/1/small?drawn=2-1")

    assert (moving.data, fixed.data) == (b"webp", b"webp")
    assert moving.headers["Cache-Control"] == "private, no-cache"
    assert fixed.headers["Cache-Control"] == "private, max-age=31536000"


def test_log_of_a_failure_never_holds_a_one_time_link(stranger: FlaskClient, sessions: Sessions) -> None:
    with sessions.write() as session:
        session.execute(text("DROP TABLE one_time_links"))

    with capture_logs() as logged:
        answer = stranger.get("/welcome/a-secret-of-a-link")

    assert answer.status_code >= 500
    assert [each["path"] for each in logged] == ["/welcome/<secret>"]


class Unread(io.RawIOBase):
    """A body that must not be asked for."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: object) -> int:
        raise AssertionError("the body was read")


@pytest.mark.parametrize("path", ["/sign-in", "/welcome/a-secret"])
@pytest.mark.parametrize("length", ["1000", "10000000"])
def test_strangers_body_is_left_alone_without_a_token_or_when_it_is_large(
    stranger: FlaskClient, path: str, length: str
) -> None:
    if length == "10000000":
        stranger.get("/sign-in")

    answer = stranger.post(
        path,
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input": Unread(), "CONTENT_LENGTH": length},
    )

    assert answer.status_code == (403 if length == "1000" else 413)


def test_strangers_who_send_slowly_leave_room_for_everybody_else(stranger: FlaskClient, app: Flask) -> None:
    stranger.get("/sign-in")
    sent, begun = threading.Event(), threading.Semaphore(0)

    class Slow(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, _buffer: object) -> int:
            begun.release()
            sent.wait(30)
            return 0

    def send_slowly() -> None:
        client = app.test_client()
        with client.session_transaction() as session:
            session["csrf"] = TOKEN
        client.post(
            "/sign-in",
            content_type="application/x-www-form-urlencoded",
            environ_overrides={"wsgi.input": Slow(), "CONTENT_LENGTH": "1000"},
        )

    senders = [threading.Thread(target=send_slowly) for _ in range(guard.STRANGERS_AT_ONCE)]
    for each in senders:
        each.start()
    for _ in senders:
        begun.acquire(timeout=10)

    refused = sign_in(stranger, "raj@example.com", "a guess that comes too late")
    sent.set()
    for each in senders:
        each.join()
    later = sign_in(stranger, "raj@example.com", "a guess that is let in")

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert later.status_code == 422


def test_error_of_the_database_never_tells_what_a_statement_was_given(connection: Connection) -> None:
    with pytest.raises(SQLAlchemyError) as failed, connection.begin_nested():
        connection.execute(text("INSERT INTO nowhere VALUES (:situation)"), {"situation": "Kumar fears it"})

    assert "Kumar" not in str(failed.value)
