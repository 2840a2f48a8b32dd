"""The main job from end to end over HTTP: upload, read, publish, find, use, report."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.worker import Worker
from tests.api.calls import API, assert_problem, upload
from tests.api.conftest import ClientOf, PersonOf

FILES = {
    "late-deliveries.md": "# Late deliveries\n\nWhy hospitals lose trust when supplies arrive late.",
    "value.html": "<html><title>Value</title><body><p>What a late delivery costs.</p></body></html>",
    "notes.txt": "Questions about a warehouse move.",
}


@pytest.mark.usefixtures("words")
def test_what_marketing_uploads_is_found_used_and_reported(
    app: Flask,
    marketer: FlaskClient,
    analyst: FlaskClient,
    client_of: ClientOf,
    person_of: PersonOf,
    sessions: Sessions,
    worker: Worker,
    now: datetime,
) -> None:
    # A marketer uploads three files, 60 days ago; all are read, tagged and published.
    app.extensions["clock"] = lambda: now - timedelta(days=60)
    paths = {}
    for name, text in FILES.items():
        answer = upload(marketer, text, name=name)
        assert answer.status_code == 201
        paths[name] = answer.headers["Location"]
    worker.run_pending()
    for name, conversation in zip(
        FILES, ("point-of-view", "tangible-value", "relevant-meeting"), strict=True
    ):
        read = marketer.get(paths[name]).json
        assert (read["state"], read["problem"]) == ("ready", None)
        change = {"conversation": conversation, "terms": ["pain:late-deliveries"], "status": "published"}
        assert marketer.patch(paths[name], json=change).status_code == 200
    worker.run_pending()
    app.extensions["clock"] = lambda: now - timedelta(hours=1)

    # A rep describes a customer, opens what stands first, and uses it.
    rep = client_of(person_of(Role.REP))
    asked = {"situation": "A hospital loses trust because supplies arrive late", "account": "Harbour & Vale"}
    found = rep.post(f"{API}/search", json=asked).json
    best = found["hits"][0]
    assert best["asset"]["id"] == paths["late-deliveries.md"].rpartition("/")[2]
    seen = {"asset": best["asset"]["id"], "search": found["id"], "rank": best["rank"]}
    use = {
        "id": str(uuid4()),
        "kind": "use",
        "asset": seen["asset"],
        "account": "Harbour & Vale",
        "how": "sent",
    }
    events = [
        {"id": str(uuid4()), "kind": "impression", "surface": "search", **seen},
        {"id": str(uuid4()), "kind": "open", "surface": "search", **seen},
        use,
        {"id": str(uuid4()), "kind": "outcome", "use": use["id"], "outcome": "reached"},
    ]
    recorded = rep.post(f"{API}/usage", json={"events": events}).json
    assert recorded == {"accepted": 4, "duplicates": 0, "rejected": []}

    # The analyst reads the quarter; page, export and events agree.
    app.extensions["clock"] = lambda: now
    assert analyst.get(f"{API}/reports").json["items"][0]["name"] == "unused-assets"
    report = analyst.get(f"{API}/reports/unused-assets?quarter=2026-Q4").json
    assert (report["quarter"], report["eligible"], report["unused"]) == ("2026-Q4", 3, 2)
    assert (report["classes"]["used-with-outcome"], report["classes"]["never-surfaced"]) == (1, 2)
    assert report["observed"]["searched"] == 1
    (used,) = [row for row in report["rows"] if row["class"] == "used-with-outcome"]
    assert (used["asset"], used["impressions"], used["opens"], used["uses"]) == (seen["asset"], 1, 1, 1)
    table = analyst.get(f"{API}/reports/unused-assets.csv?quarter=2026-Q4")
    rows = list(csv.DictReader(io.StringIO(table.get_data().decode("utf-8-sig"))))
    assert {(row["asset"], row["class"]) for row in rows} == {
        (row["asset"], row["class"]) for row in report["rows"]
    }

    # Archived, it is gone for the rep at once.
    assert marketer.patch(f"{API}/assets/{seen['asset']}", json={"status": "archived"}).status_code == 200
    assert_problem(rep.get(f"{API}/assets/{seen['asset']}"), 404)
    again = rep.post(f"{API}/search", json=asked).json
    assert seen["asset"] not in {hit["asset"]["id"] for hit in again["hits"]}
