"""Reports by mail over HTTP: asked for, changed and stopped by oneself."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.api.calls import API, assert_problem, pointers

MAIL = f"{API}/reports/unused-assets/mail"


def test_a_wish_is_made_changed_listed_and_stopped(rep: FlaskClient) -> None:
    made = rep.put(MAIL, json={"cadence": "weekly"}).json
    changed = rep.put(MAIL, json={"cadence": "quarterly", "attach": "pdf"}).json

    assert (made["report"], made["cadence"], made["attach"]) == ("unused-assets", "weekly", None)
    assert (changed["cadence"], changed["attach"]) == ("quarterly", "pdf")
    assert rep.get(MAIL).json == changed
    assert rep.get(f"{API}/report-mails").json == {"items": [changed], "next": None}
    assert [rep.delete(MAIL).status_code, rep.delete(MAIL).status_code] == [204, 204]
    assert_problem(rep.get(MAIL), 404)


def test_a_wish_is_nobody_elses(rep: FlaskClient, analyst: FlaskClient) -> None:
    rep.put(MAIL, json={"cadence": "weekly"})

    assert_problem(analyst.get(MAIL), 404)


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({}, ["/cadence"]),
        ({"cadence": "daily"}, ["/cadence"]),
        ({"cadence": "weekly", "attach": "exe"}, ["/attach"]),
        ({"cadence": "weekly", "to": "somebody@example.com"}, ["/to"]),
    ],
)
def test_a_wrong_wish_is_refused_at_its_field(rep: FlaskClient, body: dict[str, str], at: list[str]) -> None:
    assert pointers(assert_problem(rep.put(MAIL, json=body), 422)) == at


def test_a_report_that_one_may_not_read_is_not_mailed(rep: FlaskClient) -> None:
    assert_problem(rep.put(f"{API}/reports/team-adoption/mail", json={"cadence": "weekly"}), 403)
    assert_problem(rep.put(f"{API}/reports/nothing/mail", json={"cadence": "weekly"}), 404)
