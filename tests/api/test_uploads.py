"""Large files in parts: begun, sent to signed addresses, completed, and never anybody else's."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from content_map.domain.people import Role
from content_map.wiring import Resources
from content_map.worker import Worker
from tests.api.calls import API, assert_problem, pointers, published, upload

CONTENT = b"Late deliveries cost trust, and trust is what a carrier sells."


def begin(client: FlaskClient, **given: Any) -> TestResponse:
    said = {"name": "trust.txt", "size_bytes": len(CONTENT), "media_type": "text/plain", **given}
    return client.post(f"{API}/uploads", json=said)


def begun(client: FlaskClient, **given: Any) -> str:
    answer = begin(client, **given)
    if answer.status_code != 201:
        raise ValueError(answer.get_data(as_text=True))
    return str(answer.json["id"])


def address(client: FlaskClient, upload_id: str, number: int = 1) -> str:
    answer = client.post(f"{API}/uploads/{upload_id}/parts", json={"numbers": [number]})
    parts = urlsplit(answer.json["parts"][0]["url"])
    return f"{parts.path}?{parts.query}"


def send(client: FlaskClient, upload_id: str, content: bytes = CONTENT) -> dict[str, Any]:
    """Send the only part, as somebody without any sign-in."""
    answer = client.application.test_client().put(address(client, upload_id), data=content)
    if answer.status_code != 200:
        raise ValueError(answer.get_data(as_text=True))
    return {"number": 1, "etag": answer.headers["ETag"]}


def complete(client: FlaskClient, upload_id: str, *parts: dict[str, Any], **given: Any) -> TestResponse:
    return client.post(f"{API}/uploads/{upload_id}/complete", json={"parts": list(parts), **given})


def store_keys(resources: Resources) -> list[str]:
    return [each.key for each in resources.store.keys("")]


def test_a_file_sent_in_parts_becomes_an_asset_that_is_read_and_hashed(
    marketer: FlaskClient, worker: Worker, now: datetime
) -> None:
    first = begin(marketer)
    sent = send(marketer, first.json["id"])

    made = complete(marketer, first.json["id"], sent, title="Trust", conversation="point-of-view")
    worker.run_pending()

    assert first.json == {
        "id": first.json["id"],
        "part_bytes": 8 * 1024 * 1024,
        "expires_at": (now + timedelta(days=7)).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    assert (made.status_code, made.json["state"], made.json["title"]) == (201, "processing", "Trust")
    assert made.headers["Location"].endswith(f"{API}/assets/{made.json['id']}")
    asset = marketer.get(f"{API}/assets/{made.json['id']}").json
    versions = marketer.get(f"{API}/assets/{made.json['id']}/versions").json["items"]
    assert (asset["state"], asset["conversation"], asset["problem"]) == ("ready", "point-of-view", None)
    assert versions[0]["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert marketer.get(f"{API}/assets/{made.json['id']}/file").data == CONTENT


def test_an_upload_tells_what_arrived_so_that_the_rest_can_follow(marketer: FlaskClient) -> None:
    upload_id = begun(marketer)
    before = marketer.get(f"{API}/uploads/{upload_id}").json
    sent = send(marketer, upload_id)

    after = marketer.get(f"{API}/uploads/{upload_id}").json

    assert (before["parts"], before["name"], before["size_bytes"]) == ([], "trust.txt", len(CONTENT))
    assert after["parts"] == [{"number": 1, "size_bytes": len(CONTENT), "etag": sent["etag"].strip('"')}]


def test_a_completion_asked_twice_gives_the_same_asset(marketer: FlaskClient) -> None:
    upload_id = begun(marketer)
    sent = send(marketer, upload_id)

    first, second = complete(marketer, upload_id, sent), complete(marketer, upload_id, sent)

    assert first.json["id"] == second.json["id"]
    assert len(marketer.get(f"{API}/assets").json["items"]) == 1


def test_fields_that_are_refused_leave_the_bytes_to_be_completed_again(marketer: FlaskClient) -> None:
    upload_id = begun(marketer)
    sent = send(marketer, upload_id)

    refused = complete(marketer, upload_id, sent, publish=True)
    present = marketer.get(f"{API}/uploads/{upload_id}").json["parts"]
    made = complete(marketer, upload_id, *present_etags(present), publish=True, conversation="point-of-view")

    assert_problem(refused, 422)
    assert (made.status_code, made.json["status"]) == (201, "published")


def present_etags(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"number": each["number"], "etag": each["etag"]} for each in parts]


def test_a_file_sent_in_parts_becomes_the_next_version(marketer: FlaskClient) -> None:
    asset = upload(marketer, "The first words.").json
    upload_id = begun(marketer, asset=asset["id"])

    made = complete(marketer, upload_id, send(marketer, upload_id), change="minor", note="Shorter")

    assert (made.status_code, made.json["id"], made.json["version"]) == (201, asset["id"], 2)


def test_a_twin_found_by_reading_is_a_warning_and_the_asset_stays(
    marketer: FlaskClient, worker: Worker
) -> None:
    upload(marketer, CONTENT, title="How trust is lost")
    upload_id = begun(marketer)

    made = complete(marketer, upload_id, send(marketer, upload_id))
    worker.run_pending()

    asset = marketer.get(f"{API}/assets/{made.json['id']}").json
    assert (made.status_code, asset["state"]) == (201, "ready")
    assert "The same file is in the library already" in asset["problem"]


@pytest.mark.parametrize(
    ("said", "status", "pointer"),
    [
        ({"size_bytes": 0}, 422, "/size_bytes"),
        ({"size_bytes": 100_001}, 413, None),
        ({"name": "setup.exe"}, 415, None),
        ({"name": "a/b.txt"}, 422, "/file"),
        ({"name": " "}, 422, "/name"),
        ({"size_bytes": "many"}, 422, "/size_bytes"),
        ({"media_type": "text/plain\r\nX: 1"}, 422, "/media_type"),
        ({"asset": "0" * 32}, 404, None),
        ({"colour": "red"}, 422, "/colour"),
    ],
)
def test_what_the_door_refuses_is_refused_before_a_byte_is_sent(
    marketer: FlaskClient, resources: Resources, said: dict[str, Any], status: int, pointer: str | None
) -> None:
    problem = assert_problem(begin(marketer, **said), status)

    assert pointer is None or pointers(problem) == [pointer]
    assert list(resources.store.parts.walk()) == []


def test_a_program_under_a_harmless_name_is_removed_at_the_end(
    marketer: FlaskClient, resources: Resources
) -> None:
    program = b"\x7fELF" + bytes(60)
    upload_id = begun(marketer, size_bytes=len(program))

    refused = complete(marketer, upload_id, send(marketer, upload_id, program))

    assert_problem(refused, 415)
    assert (store_keys(resources), list(resources.store.parts.walk())) == ([], [])
    assert_problem(marketer.get(f"{API}/uploads/{upload_id}"), 410)


def test_only_who_began_an_upload_and_admins_know_of_it(
    marketer: FlaskClient, admin: FlaskClient, client_of: Any, person_of: Any
) -> None:
    upload_id = begun(marketer)
    other = client_of(person_of(Role.MARKETER))

    for method, path, body in (
        ("GET", "", None),
        ("DELETE", "", None),
        ("POST", "/parts", {"numbers": [1]}),
        ("POST", "/complete", {"parts": [{"number": 1, "etag": "x"}]}),
    ):
        assert_problem(other.open(f"{API}/uploads/{upload_id}{path}", method=method, json=body), 404)
    assert admin.get(f"{API}/uploads/{upload_id}").status_code == 200


def test_reps_upload_nothing(rep: FlaskClient) -> None:
    assert_problem(begin(rep), 403)


def test_a_cancelled_upload_leaves_nothing(marketer: FlaskClient, resources: Resources) -> None:
    upload_id = begun(marketer)
    sent = send(marketer, upload_id)

    ended = marketer.delete(f"{API}/uploads/{upload_id}")

    assert ended.status_code == 204
    assert (store_keys(resources), list(resources.store.parts.walk())) == ([], [])
    assert_problem(complete(marketer, upload_id, sent), 410)


def test_an_upload_ends_after_seven_days(marketer: FlaskClient, app: Flask, now: datetime) -> None:
    upload_id = begun(marketer)
    sent_to = address(marketer, upload_id)

    app.extensions["clock"] = lambda: now + timedelta(days=7)

    assert_problem(marketer.get(f"{API}/uploads/{upload_id}"), 410)
    assert app.test_client().put(sent_to, data=CONTENT).status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url.replace("/parts/1", "/parts/2"),
        lambda url: url.replace("expires=", "expires=9"),
        lambda url: url[:-1] + ("0" if url[-1] != "0" else "1"),
        lambda url: url.partition("?")[0],
        lambda url: url + "ä",
    ],
)
def test_an_address_that_we_did_not_sign_takes_nothing(
    marketer: FlaskClient, resources: Resources, change: Any
) -> None:
    upload_id = begun(marketer)
    forged = change(address(marketer, upload_id))

    refused = marketer.application.test_client().put(forged, data=CONTENT)

    assert refused.status_code == 403
    (open_upload,) = resources.store.parts.walk()
    assert resources.store.parts.present(open_upload.key, open_upload.upload) == []


@pytest.mark.parametrize(("content", "status"), [(CONTENT + b"!", 413), (CONTENT[:-1], 422)])
def test_a_part_of_another_size_is_refused(marketer: FlaskClient, content: bytes, status: int) -> None:
    upload_id = begun(marketer)

    refused = marketer.application.test_client().put(address(marketer, upload_id), data=content)

    assert refused.status_code == status
    assert marketer.get(f"{API}/uploads/{upload_id}").json["parts"] == []


def test_a_part_that_breaks_off_on_its_way_is_not_kept(marketer: FlaskClient) -> None:
    """As a server does that gives the end of a broken body as if it were the end of a whole one."""
    upload_id = begun(marketer)
    broken = {"CONTENT_LENGTH": str(len(CONTENT)), "wsgi.input_terminated": True}

    refused = marketer.application.test_client().put(
        address(marketer, upload_id), input_stream=io.BytesIO(CONTENT[:-1]), environ_overrides=broken
    )

    assert refused.status_code == 422
    assert marketer.get(f"{API}/uploads/{upload_id}").json["parts"] == []


def test_a_part_whose_length_nobody_said_is_refused(marketer: FlaskClient) -> None:
    upload_id = begun(marketer)

    refused = marketer.application.test_client().put(
        address(marketer, upload_id),
        input_stream=io.BytesIO(CONTENT),
        headers={"Transfer-Encoding": "chunked"},
    )

    assert refused.status_code == 411


def test_an_incomplete_file_is_no_asset(marketer: FlaskClient) -> None:
    upload_id = begun(marketer)

    problem = assert_problem(complete(marketer, upload_id, {"number": 1, "etag": "x"}), 422)

    assert pointers(problem) == ["/parts"]
    assert "Those that arrived are kept" in problem["detail"]
    assert_problem(marketer.post(f"{API}/uploads/{upload_id}/parts", json={"numbers": [2]}), 422)


def test_a_version_keeps_the_fields_of_its_asset(marketer: FlaskClient) -> None:
    asset = published(marketer)
    upload_id = begun(marketer, asset=asset["id"])

    assert_problem(complete(marketer, upload_id, send(marketer, upload_id), title="Other"), 422)
