"""A team that comes from another tool: its publish dates and its history, and a first report that is not empty."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.calls import API, assert_problem

pytestmark = pytest.mark.usefixtures("words")

ASSETS = (
    "external_id,title,conversation,url_or_path,publish_at\n"
    "cms-1,The guide,3,https://example.com/guide,2026-05-01\n"
    "cms-2,The prices,5,https://example.com/prices,2026-05-01\n"
)
HISTORY = (
    "id,kind,asset,occurred_at,account,actor,source\n"
    "7c0f6f0e-0d7e-4b0e-9a55-0f3e9a1c2b3d,use,cms-1,2026-08-03T10:00:00Z,Harbour & Vale,{rep},old tool\n"
)


def send(client: FlaskClient, to: str, table: str, **fields: str) -> Any:
    data = {"file": (io.BytesIO(table.encode()), "table.csv"), **fields}
    return client.post(f"{API}{to}", data=data, content_type="multipart/form-data")


def test_the_first_report_of_a_team_that_moved_counts_what_it_brought(
    admin: FlaskClient, rep: FlaskClient
) -> None:
    history = HISTORY.format(rep=rep.get(f"{API}/me").json["email"])

    assets = send(admin, "/imports", ASSETS)
    looked = send(admin, "/imports/usage", history, dry_run="true")
    imported, again = (send(admin, "/imports/usage", history) for _ in range(2))

    report = admin.get(f"{API}/reports/unused-assets?quarter=2026-Q3").json
    assert (assets.status_code, assets.json["created"]) == (200, 2)
    assert [each.json["accepted"] for each in (looked, imported, again)] == [1, 1, 0]
    assert (report["eligible"], report["unused"], report["classes"]["used"]) == (2, 1, 1)
    assert {row["title"]: (row["class"], row["evidence"]) for row in report["rows"]} == {
        "The guide": ("used", "api"),
        "The prices": ("never-surfaced", None),
    }
    actions = {
        entry["action"]: json.dumps(entry["changes"]) for entry in admin.get(f"{API}/audit").json["items"]
    }
    assert "old tool" in actions["usage.imported"]


def test_only_an_admin_brings_publish_dates_of_the_past(marketer: FlaskClient) -> None:
    problem = assert_problem(send(marketer, "/imports", ASSETS), 422)

    assert "Only an admin" in json.dumps(problem)
