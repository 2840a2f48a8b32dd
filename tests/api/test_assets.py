"""Uploading, reading and changing assets over HTTP."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.api.calls import API, upload


def test_uploaded_file_is_a_draft_that_is_being_read(marketer: FlaskClient) -> None:
    answer = upload(marketer, title="Why deliveries are late", conversation="point-of-view")

    assert answer.status_code == 201
    asset = answer.json
    assert answer.headers["Location"] == f"{API}/assets/{asset['id']}"
    assert answer.headers["ETag"] == marketer.get(answer.headers["Location"]).headers["ETag"]
    assert (asset["title"], asset["status"], asset["state"]) == (
        "Why deliveries are late",
        "draft",
        "processing",
    )
    assert marketer.get(answer.headers["Location"]).json == asset
