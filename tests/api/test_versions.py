"""Versions, copies and holders over HTTP."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from content_map.db import Sessions
from content_map.models import Page, SketchHash, Version, enqueue
from content_map.services import sketches
from content_map.worker import Worker
from tests.api.calls import API, assert_problem, pointers, published, upload

WORDS = "Late deliveries cost trust, and trust is what a branch lives on, every day of every year."
LONGER = " ".join(
    f"{WORDS} Point {n} of the plan says what it costs in weeks and in people." for n in range(20)
)


@pytest.fixture
def asset(marketer: FlaskClient, worker: Worker) -> str:
    made = published(marketer, WORDS)["id"]
    worker.run_pending()
    return str(made)


def replace(client: FlaskClient, asset: str, content: str, **given: Any) -> dict[str, Any]:
    answer = upload(client, content, to=f"/assets/{asset}/versions", **given)
    found: dict[str, Any] = answer.json
    return found


def test_versions_are_listed_with_their_labels_notes_and_makers(
    marketer: FlaskClient, rep: FlaskClient, asset: str, worker: Worker
) -> None:
    replace(marketer, asset, "Second.", change="minor", note="A typo")
    worker.run_pending()

    newest, first = rep.get(f"{API}/assets/{asset}/versions").json["items"]

    assert {
        key: newest[key] for key in ("number", "label", "change", "note", "current", "restored_from")
    } == {
        "number": 2,
        "label": "1.1",
        "change": "minor",
        "note": "A typo",
        "current": True,
        "restored_from": None,
    }
    assert (first["number"], first["label"], first["current"]) == (1, "1.0", False)
    assert newest["created_by"]["name"] == "Mia Marketer"
    assert newest["state"] == "ready"


def test_restoring_makes_a_new_version_that_search_finds_at_once(
    marketer: FlaskClient, rep: FlaskClient, asset: str, worker: Worker
) -> None:
    replace(marketer, asset, "Something else altogether.")
    worker.run_pending()

    answer = marketer.post(f"{API}/assets/{asset}/versions/1/restore", json={"note": "Prices were wrong"})
    pages = rep.get(f"{API}/assets/{asset}/pages")
    worker.run_pending()

    hits = rep.get(f"{API}/search?situation=late+deliveries&draft=true").json["hits"]
    assert (answer.status_code, answer.json["version"], answer.json["state"]) == (201, 3, "ready")
    assert WORDS in pages.json["items"][0]["text"]
    assert pages.headers["X-Content-Map-Version"] == "3"
    assert [(hit["asset"]["id"], hit["asset"]["version"]) for hit in hits] == [(asset, 3)]
    assert rep.get(f"{API}/assets/{asset}/file").get_data(as_text=True) == WORDS


@pytest.mark.parametrize(
    ("number", "body", "status"),
    [
        (1, {}, 409),
        (2, {}, 404),
        (1, {"change": "huge"}, 422),
        (1, {"note": "n" * 501}, 422),
        (1, {"x": 1}, 422),
    ],
)
def test_what_cannot_be_restored_is_refused(
    marketer: FlaskClient, asset: str, number: int, body: dict[str, Any], status: int
) -> None:
    assert_problem(marketer.post(f"{API}/assets/{asset}/versions/{number}/restore", json=body), status)


def test_a_copy_is_shown_with_its_evidence_and_becomes_a_version(
    marketer: FlaskClient, rep: FlaskClient, worker: Worker
) -> None:
    first = published(marketer, LONGER)["id"]
    draft = upload(marketer, f"{LONGER} And one more thing that was not said before.").json["id"]
    worker.run_pending()

    (copy,) = marketer.get(f"{API}/assets/{draft}/copies").json["items"]
    made = marketer.post(
        f"{API}/assets/{draft}/copies/{first}", json={"decision": "new_version", "change": "minor"}
    )

    assert (copy["asset"]["id"], copy["kind"]) == (first, "version")
    assert copy["same"] >= 0.7 * copy["of"] > 0
    assert (made.json["id"], made.json["version"]) == (first, 2)
    left = marketer.get(f"{API}/assets/{draft}").json
    assert (left["status"], left["successor"]) == ("archived", first)
    assert marketer.get(f"{API}/assets/{first}/copies").json["items"] == []
    assert_problem(rep.post(f"{API}/assets/{draft}/copies/{first}", json={"decision": "different"}), 403)


def test_versions_read_before_copies_were_looked_for_are_remembered_by_a_job(
    marketer: FlaskClient, worker: Worker, sessions: Sessions
) -> None:
    first, second = (published(marketer, f"{LONGER} {end}")["id"] for end in ("Here.", "There."))
    worker.run_pending()
    with sessions.write() as session:
        session.execute(delete(SketchHash))
        session.execute(update(Page).values(fingerprint=None))
        read = session.scalars(select(Version.id)).all()
    before = marketer.get(f"{API}/assets/{first}/copies").json["items"]

    with sessions.write() as session:
        for version_id in read:
            enqueue(session, sketches.REMEMBER, version_id)
    worker.run_pending()

    (copy,) = marketer.get(f"{API}/assets/{first}/copies").json["items"]
    assert before == []
    assert (copy["asset"]["id"], copy["kind"]) == (second, "version")


def test_a_duplicate_that_was_wanted_is_no_question_and_carries_no_warning(
    marketer: FlaskClient, asset: str, worker: Worker
) -> None:
    again = upload(marketer, WORDS, allow_duplicate="true").json["id"]
    worker.run_pending()

    kinds = [copy["kind"] for copy in marketer.get(f"{API}/assets/{again}/copies").json["items"]]
    assert kinds == ["pages"]
    assert marketer.get(f"{API}/assets/{again}").json["problem"] is None


def test_a_zip_is_asked_for_in_an_address_or_a_body(
    marketer: FlaskClient, rep: FlaskClient, asset: str
) -> None:
    replace(marketer, asset, "Second.")
    address = f"{API}/assets/zip"

    in_address = rep.get(f"{address}?ids={asset}&versions={asset}:1")
    in_body = rep.post(
        address, json={"ids": [asset], "versions": {asset: 2}}, headers={"Idempotency-Key": "z"}
    )

    held = []
    for answer in (in_address, in_body):
        with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
            held.append(archive.read("note.txt").decode())
    assert held == [WORDS, "Second."]
    assert in_body.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/ids"),
        ({"ids": []}, "/ids"),
        ({"ids": ["nothing"]}, "/ids/0"),
        ({"ids": ["nothing"], "versions": {"nothing": 0}}, "/versions/nothing/value"),
    ],
)
def test_a_zip_of_nothing_is_refused(rep: FlaskClient, body: dict[str, Any], pointer: str) -> None:
    assert pointer in pointers(assert_problem(rep.post(f"{API}/assets/zip", json=body), 422))


def test_who_holds_an_old_version_is_told_without_being_named(
    marketer: FlaskClient, rep: FlaskClient, asset: str
) -> None:
    rep.get(f"{API}/assets/{asset}/file?purpose=customer&account=Harbour %26 Vale")
    replace(marketer, asset, "Second.")

    found = marketer.get(f"{API}/assets/{asset}/holders").json
    told = marketer.post(f"{API}/assets/{asset}/holders/tell", json={})

    assert (found["version"], found["people"], found["persons"]) == (2, None, [])
    assert [(each["name"], each["version"], each["label"]) for each in found["accounts"]] == [
        ("Harbour & Vale", 1, "1.0")
    ]
    assert told.json == {"told": None}
    assert_problem(rep.get(f"{API}/assets/{asset}/holders"), 403)
