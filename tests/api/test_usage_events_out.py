"""The raw export over HTTP: whose it is, what it is called, and what is refused."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from tests.api.calls import assert_problem, published


def test_analysts_get_every_event_as_a_file(
    rep: FlaskClient, marketer: FlaskClient, analyst: FlaskClient
) -> None:
    asset = published(marketer)["id"]
    rep.post(
        "/api/v1/usage",
        json={"events": [{"id": "7c0f6f0e-0d7e-4b0e-9a55-0f3e9a1c2b3d", "kind": "open", "asset": asset}]},
    )

    as_csv = analyst.get("/api/v1/usage/events.csv")
    as_lines = analyst.get("/api/v1/usage/events.jsonl?from=2026-01-01T00:00:00Z")

    assert (as_csv.status_code, as_csv.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert as_csv.headers["Content-Disposition"] == "attachment; filename=usage-events.csv"
    assert as_csv.data.startswith(b"\xef\xbb\xbfid,occurred_at,")
    assert [json.loads(line)["asset"] for line in as_lines.data.splitlines()] == [asset]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?from=yesterday", 422),
        ("?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", 422),
        ("?quarter=2026-Q3", 422),
    ],
)
def test_a_period_that_is_none_is_refused(analyst: FlaskClient, query: str, status: int) -> None:
    assert_problem(analyst.get(f"/api/v1/usage/events.csv{query}"), status)


def test_reps_and_marketers_get_none(rep: FlaskClient, marketer: FlaskClient) -> None:
    assert_problem(rep.get("/api/v1/usage/events.csv"), 403)
    assert_problem(marketer.get("/api/v1/usage/events.jsonl"), 403)
