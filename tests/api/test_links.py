"""Links over the API: an address instead of a file."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content_map.db import Sessions
from content_map.models import Job, UsageEvent, Version
from tests.api.calls import API, assert_problem, pointers, upload

GUIDE = "https://www.example.com/guides/late-deliveries"


def test_address_becomes_a_link_that_waits_to_be_read(marketer: FlaskClient, sessions: Sessions) -> None:
    answer = marketer.post(
        f"{API}/assets",
        json={
            "url": "HTTPS://WWW.Example.com:443/guides/late-deliveries",
            "conversation": "point-of-view",
            "guide": {"minutes": 5},
            "publish": True,
        },
    )

    assert answer.status_code == 201, answer.json
    assert answer.headers["Location"] == f"{API}/assets/{answer.json['id']}"
    told = {key: answer.json[key] for key in ("title", "kind", "state", "status", "size_bytes", "version")}
    assert told == {
        "title": "example.com/guides/late-deliveries",
        "kind": "link",
        "state": "processing",
        "status": "published",
        "size_bytes": 0,
        "version": 1,
    }
    assert answer.json["guide"]["minutes"] == 5
    with sessions.read() as session:
        version = session.scalars(select(Version).where(Version.asset_id == answer.json["id"])).one()
        assert (version.url, version.store_key) == (GUIDE, None)
        assert session.scalars(select(Job.subject).where(Job.kind == "link")).all() == [version.id]


def test_link_is_followed_to_its_address_and_that_is_recorded(
    marketer: FlaskClient, rep: FlaskClient, sessions: Sessions
) -> None:
    asset = marketer.post(
        f"{API}/assets", json={"url": GUIDE, "conversation": "point-of-view", "publish": True}
    ).json

    followed = rep.get(f"{API}/assets/{asset['id']}/file")
    versions = rep.get(f"{API}/assets/{asset['id']}/versions").json["items"]

    assert (followed.status_code, followed.headers["Location"]) == (302, GUIDE)
    assert [each["url"] for each in versions] == [GUIDE]
    with sessions.read() as session:
        assert session.scalars(select(UsageEvent.kind)).all() == ["download"]


def test_publishing_a_link_without_a_conversation_adds_nothing(
    marketer: FlaskClient, sessions: Sessions
) -> None:
    problem = assert_problem(marketer.post(f"{API}/assets", json={"url": GUIDE, "publish": True}), 422)

    assert pointers(problem) == ["/conversation"]
    with sessions.read() as session:
        assert session.scalars(select(Version)).all() == []


def test_same_address_again_is_a_conflict_that_names_the_twin(marketer: FlaskClient) -> None:
    first = marketer.post(f"{API}/assets", json={"url": GUIDE, "title": "The first"}).json
    written_otherwise = "https://WWW.example.com./guides/./late-deliveries"

    problem = assert_problem(marketer.post(f"{API}/assets", json={"url": written_otherwise}), 409)

    assert problem["twin"] == {"id": first["id"], "title": "The first"}
    allowed = marketer.post(f"{API}/assets", json={"url": GUIDE, "allow_duplicate": True})
    assert allowed.status_code == 201
    for each in (first["id"], allowed.json["id"]):
        marketer.patch(f"{API}/assets/{each}", json={"status": "archived"})
    assert marketer.post(f"{API}/assets", json={"url": GUIDE}).status_code == 201


@pytest.mark.once
@pytest.mark.parametrize(
    "url",
    [
        "",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ftp://example.com/",
        "//example.com/",
        "https://",
        "https://name:secret@example.com/",
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://localhost./admin",
        "http://intranet/",
        "http://[::ffff:10.0.0.1]/",
        "https://example.com:22/",
        "https://example.com/" + "a" * 2_000,
    ],
)
def test_address_that_is_no_public_web_page_is_refused(marketer: FlaskClient, url: str) -> None:
    problem = assert_problem(marketer.post(f"{API}/assets", json={"url": url}), 422)

    assert pointers(problem) == ["/url"]


@pytest.mark.once
def test_link_without_its_address_is_refused(marketer: FlaskClient) -> None:
    assert pointers(assert_problem(marketer.post(f"{API}/assets", json={"title": "A"}), 422)) == ["/url"]


@pytest.mark.once
def test_address_in_a_form_is_told_to_come_as_json(marketer: FlaskClient) -> None:
    problem = assert_problem(upload(marketer, url=GUIDE), 422)

    assert pointers(problem) == ["/url"]
    assert "application/json" in problem["detail"]


@pytest.mark.once
def test_reps_add_no_links(rep: FlaskClient) -> None:
    assert_problem(rep.post(f"{API}/assets", json={"url": GUIDE}), 403)
