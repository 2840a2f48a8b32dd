"""Suggestions over HTTP: made by the worker, decided one by one or for many, and counted."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from content_map.db import Sessions
from content_map.models import AuditEntry, Suggestion
from content_map.worker import Worker
from tests.api.calls import API, assert_problem, upload

pytestmark = pytest.mark.usefixtures("words")

# Strong cues for the fifth conversation, and a term in the title and in the text.
CALCULATOR = "Payback and return on investment for hospitals. " * 4


def _suggested(client: FlaskClient, asset_id: str) -> dict[str, dict[str, Any]]:
    found = client.get(f"{API}/assets/{asset_id}/suggestions").json["items"]
    return {f"{each['facet']}:{each['value']}": each for each in found}


def _read(marketer: FlaskClient, worker: Worker, text: str, title: str = "Healthcare payback") -> str:
    asset_id: str = upload(marketer, text, title=title).json["id"]
    worker.run_pending()
    return asset_id


def test_suggestions_carry_their_words_and_page(marketer: FlaskClient, worker: Worker) -> None:
    found = _suggested(marketer, _read(marketer, worker, CALCULATOR))

    conversation = found["conversation:tangible-value"]
    assert conversation["confidence"] >= 0.7
    assert {"words": "return on investment", "page": 1, "label": "Page"} in conversation["evidence"]["cues"]
    assert found["industry:healthcare"]["evidence"]["page"] == 1
    assert found["industry:healthcare"]["evidence"]["label"] == "Page"


def test_a_dismissed_suggestion_never_comes_back(
    marketer: FlaskClient, worker: Worker, sessions: Sessions
) -> None:
    asset_id = _read(marketer, worker, CALCULATOR)
    suggestion = _suggested(marketer, asset_id)["industry:healthcare"]

    marketer.post(f"{API}/assets/{asset_id}/suggestions/{suggestion['id']}", json={"accept": False})
    again = upload(marketer, CALCULATOR + "More hospitals.", to=f"/assets/{asset_id}/versions")
    worker.run_pending()

    assert again.status_code == 201
    assert "industry:healthcare" not in _suggested(marketer, asset_id)
    with sessions.read() as session:
        row = session.get_one(Suggestion, suggestion["id"])
        assert (row.state, row.decided_by is not None, row.decided_at is not None) == (
            "dismissed",
            True,
            True,
        )


def test_tagging_by_hand_answers_what_was_suggested(
    marketer: FlaskClient, worker: Worker, sessions: Sessions
) -> None:
    asset_id = _read(marketer, worker, CALCULATOR)

    marketer.patch(
        f"{API}/assets/{asset_id}", json={"conversation": "right-people", "terms": ["industry:healthcare"]}
    )

    with sessions.read() as session:
        states = {each.value: each.state for each in session.query(Suggestion)}
    assert (states["tangible-value"], states["healthcare"]) == ("dismissed", "accepted")
    assert _suggested(marketer, asset_id) == {}


def test_many_are_accepted_in_one_act_and_taken_back(
    marketer: FlaskClient, worker: Worker, sessions: Sessions
) -> None:
    sure = _read(marketer, worker, CALCULATOR)
    unsure = _read(marketer, worker, "Nothing in particular.", "A note")
    body = {"ids": [sure, unsure]}

    looked = marketer.post(f"{API}/suggestions/accept", json={**body, "dry_run": True}).json
    done = marketer.post(f"{API}/suggestions/accept", json=body).json

    expected = [
        {
            "id": sure,
            "title": "Healthcare payback",
            "conversation": "tangible-value",
            "terms": ["industry:healthcare"],
        }
    ]
    assert (looked["changed"], looked["undo"], looked["assets"]) == (1, None, expected)
    assert (done["changed"], done["conversations"], done["terms"], done["assets"]) == (1, 1, 1, expected)
    asset = marketer.get(f"{API}/assets/{sure}").json
    assert (asset["conversation"], asset["terms"]) == ("tangible-value", ["industry:healthcare"])

    marketer.post(f"{API}/undo/{done['undo']}", json={})

    asset = marketer.get(f"{API}/assets/{sure}").json
    assert (asset["conversation"], asset["terms"]) == (None, [])
    assert {"conversation:tangible-value", "industry:healthcare"} <= _suggested(marketer, sure).keys()
    with sessions.read() as session:
        assert session.query(AuditEntry).filter_by(action="asset.undone").count() == 1


def test_what_is_not_wished_or_not_sure_enough_is_left(marketer: FlaskClient, worker: Worker) -> None:
    asset_id = _read(marketer, worker, CALCULATOR)
    body: dict[str, Any] = {"filter": {"status": "draft"}, "terms": False}

    none = marketer.post(f"{API}/suggestions/accept", json={**body, "min_confidence": 0.999}).json
    done = marketer.post(f"{API}/suggestions/accept", json=body).json

    assert (none["changed"], none["undo"]) == (0, None)
    assert (done["changed"], done["conversations"], done["terms"]) == (1, 1, 0)
    assert marketer.get(f"{API}/assets/{asset_id}").json["terms"] == []


def test_agreement_is_counted_by_facet(marketer: FlaskClient, worker: Worker) -> None:
    _read(marketer, worker, CALCULATOR)
    marketer.post(f"{API}/suggestions/accept", json={"filter": {}})

    items = marketer.get(f"{API}/suggestions/statistics").json["items"]

    assert [each["facet"] for each in items][:2] == ["conversation", "industry"]
    assert len(items) == 10
    assert (items[0]["accepted"], items[1]["accepted"], items[1]["dismissed"]) == (1, 1, 0)


def test_what_many_were_given_by_hand_waits_no_longer(marketer: FlaskClient, worker: Worker) -> None:
    asset_id = _read(marketer, worker, CALCULATOR)

    before = marketer.get(f"{API}/suggestions/statistics").json["items"]
    given = {"ids": [asset_id], "set": {"conversation": "right-people"}, "add_terms": ["industry:healthcare"]}
    marketer.post(f"{API}/assets/bulk", json=given)
    after = marketer.get(f"{API}/suggestions/statistics").json["items"]

    assert (before[0]["open"] > 0, before[1]["open"]) == (True, 1)
    assert (after[0]["open"], after[1]["open"]) == (0, 0)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ids": ["a"], "filter": {}},
        {"ids": []},
        {"ids": ["a"], "min_confidence": 2},
        {"ids": ["a"], "x": 1},
    ],
)
def test_an_act_that_cannot_be_is_refused(marketer: FlaskClient, body: dict[str, Any]) -> None:
    assert_problem(marketer.post(f"{API}/suggestions/accept", json=body), 422)


def test_reps_take_and_count_nothing(rep: FlaskClient) -> None:
    assert_problem(rep.post(f"{API}/suggestions/accept", json={"ids": ["a"]}), 403)
    assert_problem(rep.get(f"{API}/suggestions/statistics"), 403)
