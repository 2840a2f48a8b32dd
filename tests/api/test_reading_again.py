"""A file that could not be read is read again when somebody asks for it."""

from __future__ import annotations

from flask.testing import FlaskClient

from content_map.worker import Worker
from tests.api.calls import API, assert_problem, upload

# A Word document's first bytes, and nothing after them.
TORN = b"PK\x03\x04 torn"


def test_a_failed_file_is_read_again_and_not_twice_at_once(marketer: FlaskClient, worker: Worker) -> None:
    made = upload(marketer, TORN, name="plan.docx").json
    address = f"{API}/assets/{made['id']}"
    assert_problem(marketer.post(f"{address}/read-again"), 409)
    worker.run_pending()
    assert marketer.get(address).json["state"] == "failed"

    answer = marketer.post(f"{address}/read-again")

    assert (answer.status_code, answer.json["state"], answer.json["problem"]) == (202, "processing", None)
    assert_problem(marketer.post(f"{address}/read-again"), 409)
    worker.run_pending()
    assert marketer.get(address).json["state"] == "failed"


def test_what_was_read_well_needs_no_second_reading(
    marketer: FlaskClient, rep: FlaskClient, worker: Worker
) -> None:
    made = upload(marketer, "Late deliveries cost trust.").json
    worker.run_pending()

    assert_problem(marketer.post(f"{API}/assets/{made['id']}/read-again"), 409)
    assert_problem(rep.post(f"{API}/assets/{made['id']}/read-again"), 403)
    assert_problem(marketer.post(f"{API}/assets/{'0' * 32}/read-again"), 404)
