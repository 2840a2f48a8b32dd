"""Corrections over HTTP: take back, replace, undo, and the list of what one has logged."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from content_map.db import Sessions
from content_map.models import Asset
from tests.api.calls import API, assert_problem, pointers
from tests.factories import make_asset


@pytest.fixture
def asset(sessions: Sessions) -> Asset:
    with sessions.write() as session:
        return make_asset(session, title="Proof from a bank")


def use(asset: Asset, **given: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "kind": "use", "asset": asset.id, "account": "Harbour & Vale", **given}


def correct(client: FlaskClient, event: dict[str, Any], replacement: dict[str, Any] | None) -> Any:
    return client.post(f"{API}/usage/{event['id']}/correction", json={"replacement": replacement})


def test_event_is_taken_back_and_the_undo_lets_it_count_again(rep: FlaskClient, asset: Asset) -> None:
    event = use(asset, occurred_at="2026-11-20T09:00:00Z")
    rep.post(f"{API}/usage", json={"events": [event]})

    taken = correct(rep, event, None)
    without = rep.get(f"{API}/assets/{asset.id}/usage").json
    undone = rep.delete(f"{API}/usage/{event['id']}/correction")

    assert taken.json == {
        "event": event["id"],
        "replaced_by": None,
        "made_at": "2026-11-21T09:00:00.000Z",
    }
    assert (without["uses"], without["left_out"]) == (0, {"corrected": 1})
    assert undone.status_code == 204
    assert rep.get(f"{API}/assets/{asset.id}/usage").json["uses"] == 1


def test_replacement_is_an_event_and_the_list_shows_both(rep: FlaskClient, asset: Asset) -> None:
    event = use(asset, how="sent", occurred_at="2026-11-20T09:00:00Z")
    replacement = use(asset, account="Northwind", how="printed")
    rep.post(f"{API}/usage", json={"events": [event]})

    answer = correct(rep, event, replacement)
    listed = {each["id"]: each for each in rep.get(f"{API}/me/usage").json["items"]}

    assert answer.json["replaced_by"] == replacement["id"]
    assert (listed[event["id"]]["excluded_reason"], listed[event["id"]]["replaced_by"]) == (
        "corrected",
        replacement["id"],
    )
    shown = listed[replacement["id"]]
    assert (shown["account_name"], shown["how"], shown["title"]) == ("Northwind", "printed", asset.title)
    assert (shown["occurred_at"], shown["may_correct"]) == ("2026-11-20T09:00:00.000Z", True)


def test_what_cannot_be_corrected_is_a_problem_with_its_place(
    rep: FlaskClient, marketer: FlaskClient, asset: Asset
) -> None:
    event, opened = use(asset), {"id": str(uuid4()), "kind": "open", "asset": asset.id}
    rep.post(f"{API}/usage", json={"events": [event, opened]})

    assert_problem(correct(marketer, event, None), 404)
    assert "Only what you said yourself" in assert_problem(correct(rep, opened, None), 422)["detail"]
    misread = assert_problem(correct(rep, event, use(asset, how="sung")), 422)
    assert pointers(misread) == ["/replacement/how"]
    assert_problem(rep.post(f"{API}/usage/{event['id']}/correction", json={}), 422)
    assert_problem(rep.delete(f"{API}/usage/{event['id']}/correction"), 404)
    correct(rep, event, None)
    assert_problem(correct(rep, event, use(asset)), 409)
