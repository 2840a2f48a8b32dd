"""Frozen reports over HTTP: made once, listed, and the same bytes for ever."""

from __future__ import annotations

from hashlib import sha256

import pytest
from flask.testing import FlaskClient

from tests.api.calls import API, assert_problem, pointers

RUNS = f"{API}/reports/unused-assets/runs"


def test_freezing_answers_with_the_run_and_its_files_never_change(
    analyst: FlaskClient, rep: FlaskClient
) -> None:
    made = analyst.post(RUNS, json={"quarter": "2026-Q3"})

    assert made.status_code == 201
    run = made.json
    assert made.headers["Location"] == f"{API}/report-runs/{run['id']}"
    assert (run["report"], run["quarter"], run["frozen_at"]) == (
        "unused-assets",
        "2026-Q3",
        "2026-11-21T09:00:00.000Z",
    )
    assert [each["format"] for each in run["files"]] == ["csv", "json", "pdf", "xlsx"]
    assert rep.get(f"{API}/report-runs/{run['id']}").json == run
    assert rep.get(f"{API}/report-runs?quarter=2026-Q3&report=unused-assets").json == {
        "items": [run],
        "next": None,
    }
    for each in run["files"]:
        address = f"{API}/report-runs/{run['id']}.{each['format']}"
        answer = rep.get(address)
        assert sha256(answer.data).hexdigest() == each["sha256"] == answer.headers["ETag"].strip('"')
        assert len(answer.data) == each["size_bytes"]
        assert rep.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
        if each["format"] == "json":
            assert each["sha256"] == run["sha256"]


def test_a_second_freezing_conflicts_and_names_the_first(analyst: FlaskClient) -> None:
    first = analyst.post(RUNS, json={"quarter": "2026-Q3"}).json

    problem = assert_problem(analyst.post(RUNS, json={"quarter": "2026-Q3"}), 409)

    assert problem["run"]["id"] == first["id"]


@pytest.mark.parametrize("quarter", ["2026-Q4", "2027-Q1", "Q3", ""])
def test_what_cannot_be_frozen_is_refused_at_its_field(analyst: FlaskClient, quarter: str) -> None:
    problem = assert_problem(analyst.post(RUNS, json={"quarter": quarter}), 422)

    assert pointers(problem) == ["/quarter"]


def test_reps_and_marketers_cannot_freeze(rep: FlaskClient, marketer: FlaskClient) -> None:
    assert_problem(rep.post(RUNS, json={"quarter": "2026-Q3"}), 403)
    assert_problem(marketer.post(RUNS, json={"quarter": "2026-Q3"}), 403)


def test_what_was_never_frozen_is_404(rep: FlaskClient) -> None:
    assert_problem(rep.get(f"{API}/report-runs/nothing"), 404)
    assert_problem(rep.get(f"{API}/report-runs/nothing.pdf"), 404)
    assert_problem(rep.get(f"{API}/report-runs?cursor=nothing"), 422)


def test_the_list_goes_on_by_its_cursor(analyst: FlaskClient) -> None:
    for quarter in ("2026-Q1", "2026-Q2", "2026-Q3"):
        analyst.post(RUNS, json={"quarter": quarter})

    first = analyst.get(f"{API}/report-runs?limit=2").json
    rest = analyst.get(f"{API}/report-runs?limit=2&cursor={first['next']}").json

    quarters = [each["quarter"] for each in (*first["items"], *rest["items"])]
    assert sorted(quarters) == ["2026-Q1", "2026-Q2", "2026-Q3"]
    assert rest["next"] is None
