"""Reports over HTTP: the list, the quarter, and the forms."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from tests.api.calls import API, assert_problem, pointers

REPORT = f"{API}/reports/unused-assets"


def test_everybody_reads_what_says_nothing_of_persons(rep: FlaskClient) -> None:
    listed = rep.get(f"{API}/reports").json

    assert listed["next"] is None
    names = [each["name"] for each in listed["items"]]
    assert names[0] == "unused-assets"
    assert "team-adoption" not in names
    assert rep.get(REPORT).json["quarter"] == "2026-Q4"


def test_csv_is_a_file_with_a_heading(rep: FlaskClient) -> None:
    answer = rep.get(f"{REPORT}.csv?quarter=2026-Q3")

    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == "attachment; filename=unused-assets-2026-Q3.csv"
    assert answer.get_data().startswith(b"\xef\xbb\xbfasset,title,conversation,owner,class")


def test_json_file_is_the_report(rep: FlaskClient) -> None:
    answer = rep.get(f"{REPORT}.json?quarter=2026-Q3")

    assert answer.headers["Content-Disposition"] == "attachment; filename=unused-assets-2026-Q3.json"
    assert json.loads(answer.get_data()) == rep.get(f"{REPORT}?quarter=2026-Q3").json


@pytest.mark.parametrize("quarter", ["2026-Q5", "Q3", "2026", "2027-Q1", "x" * 30, "\x00", "9999-Q1"])
def test_wrong_quarter_is_refused(rep: FlaskClient, quarter: str) -> None:
    problem = assert_problem(rep.get(REPORT, query_string={"quarter": quarter}), 422)

    assert pointers(problem) == ["/quarter"]


@pytest.mark.parametrize("name", ["nothing", "unused-assets.doc", "nothing.csv", "nothing.pdf"])
def test_report_that_does_not_exist_is_404(rep: FlaskClient, name: str) -> None:
    assert_problem(rep.get(f"{API}/reports/{name}"), 404)


def test_the_switch_counts_what_is_left_out_and_the_rows_keep_their_fields(rep: FlaskClient) -> None:
    report = rep.get(f"{REPORT}?quarter=2026-Q3&with_left_out=true").json

    assert report["with_left_out"] is True
    assert {
        "observed",
        "definitions",
        "eligible",
        "unused",
        "classes",
        "rows",
        "too_new",
        "internal",
    } <= report.keys()
    assert {"trend", "restated", "by_team", "by_facet", "drift", "cures", "left_out"} <= report.keys()
