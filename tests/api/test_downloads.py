"""The original and what was read of it: bytes, ranges, pages, and what a download records."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content_map.db import Sessions
from content_map.models import Account, UsageEvent
from content_map.worker import Worker
from tests.api.calls import API, assert_problem, pointers, published, upload

TEXT = "Late deliveries cost trust.\n"


@pytest.fixture
def asset(marketer: FlaskClient) -> str:
    return str(published(marketer, TEXT, name="Übersicht.txt")["id"])


def _events(sessions: Sessions) -> list[UsageEvent]:
    with sessions.read() as session:
        return list(session.scalars(select(UsageEvent)))


def test_download_gives_the_bytes_as_an_attachment(rep: FlaskClient, asset: str) -> None:
    answer = rep.get(f"{API}/assets/{asset}/file")

    assert answer.status_code == 200
    assert answer.get_data(as_text=True) == TEXT
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "%C3%9Cbersicht.txt" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Length"] == str(len(TEXT))


@pytest.mark.parametrize(
    ("wanted", "body", "range_"),
    [
        ("bytes=0-3", "Late", "bytes 0-3/28"),
        ("bytes=-7", "trust.\n", "bytes 21-27/28"),
        ("bytes=27-", "\n", "bytes 27-27/28"),
    ],
)
def test_part_of_a_file_can_be_asked_for(
    rep: FlaskClient, asset: str, wanted: str, body: str, range_: str
) -> None:
    answer = rep.get(f"{API}/assets/{asset}/file", headers={"Range": wanted})

    assert (answer.status_code, answer.get_data(as_text=True)) == (206, body)
    assert answer.headers["Content-Range"] == range_


def test_part_beyond_the_end_is_416(rep: FlaskClient, asset: str) -> None:
    answer = rep.get(f"{API}/assets/{asset}/file", headers={"Range": "bytes=28-"})

    assert_problem(answer, 416)
    assert answer.headers["Content-Range"] == "bytes */28"


def test_bare_download_is_recorded_once_and_is_no_use(
    rep: FlaskClient, asset: str, sessions: Sessions
) -> None:
    rep.get(f"{API}/assets/{asset}/file")
    rep.get(f"{API}/assets/{asset}/file", headers={"Range": "bytes=5-"})
    rep.head(f"{API}/assets/{asset}/file")

    (event,) = _events(sessions)

    assert (event.kind, event.purpose, event.asset_id, event.surface) == ("download", None, asset, "api")


def test_download_for_a_customer_is_a_use_for_that_account(
    rep: FlaskClient, asset: str, sessions: Sessions
) -> None:
    answer = rep.get(f"{API}/assets/{asset}/file?purpose=customer&account=Harbour %26 Vale")

    assert answer.status_code == 200
    (event,) = _events(sessions)
    with sessions.read() as session:
        assert session.get_one(Account, event.account_id).name == "Harbour & Vale"
    assert (event.kind, event.purpose) == ("download", "customer")


@pytest.mark.parametrize("query", ["purpose=customer", "account=Harbour", "purpose=fun&account=Harbour"])
def test_half_a_purpose_is_refused_and_nothing_recorded(
    rep: FlaskClient, asset: str, sessions: Sessions, query: str
) -> None:
    assert_problem(rep.get(f"{API}/assets/{asset}/file?{query}"), 422)

    assert _events(sessions) == []


def test_internal_asset_never_leaves_for_a_customer(
    marketer: FlaskClient, rep: FlaskClient, sessions: Sessions
) -> None:
    internal = published(marketer, "Only for us.", audience="internal")["id"]

    refused = rep.get(f"{API}/assets/{internal}/file?purpose=customer&account=Harbour")

    assert pointers(assert_problem(refused, 422)) == ["/asset"]
    assert _events(sessions) == []
    assert rep.get(f"{API}/assets/{internal}/file").status_code == 200


def test_older_version_stays_where_it_was(marketer: FlaskClient, asset: str) -> None:
    upload(marketer, "Newer words.", to=f"/assets/{asset}/versions")

    def text(query: str) -> str:
        return marketer.get(f"{API}/assets/{asset}/file{query}").get_data(as_text=True)

    assert (text(""), text("?version=1"), text("?version=2")) == ("Newer words.", TEXT, "Newer words.")
    assert_problem(marketer.get(f"{API}/assets/{asset}/file?version=3"), 404)
    assert_problem(marketer.get(f"{API}/assets/{asset}/file?version=0"), 422)


def test_pages_and_pictures_are_there_once_the_worker_was(
    marketer: FlaskClient, asset: str, worker: Worker
) -> None:
    before = marketer.get(f"{API}/assets/{asset}/pages").json
    assert_problem(marketer.get(f"{API}/assets/{asset}/thumbnail"), 404)

    worker.run_pending()

    (page,) = marketer.get(f"{API}/assets/{asset}/pages").json["items"]
    assert before == {"items": [], "next": None}
    assert page.keys() == {"number", "label", "text"}
    assert (page["number"], page["text"].strip()) == (1, TEXT.strip())
    for path in ("thumbnail", "pages/1/image", "pages/1/thumbnail"):
        picture = marketer.get(f"{API}/assets/{asset}/{path}")
        assert (picture.status_code, picture.mimetype) == (200, "image/webp")
        assert picture.get_data()[8:12] == b"WEBP"
        assert picture.headers["Cache-Control"].startswith("private")
    assert_problem(marketer.get(f"{API}/assets/{asset}/pages/2/image"), 404)
    assert marketer.get(f"{API}/assets/{asset}").json["state"] == "ready"


def test_file_that_cannot_be_read_ends_failed_and_stays(marketer: FlaskClient, worker: Worker) -> None:
    made = upload(marketer, b"%PDF-1.7 and then nothing", name="broken.pdf").json

    worker.run_pending()

    asset = marketer.get(f"{API}/assets/{made['id']}").json
    assert asset["state"] == "failed"
    assert asset["problem"]
    assert marketer.get(f"{API}/assets/{made['id']}/file").get_data() == b"%PDF-1.7 and then nothing"
