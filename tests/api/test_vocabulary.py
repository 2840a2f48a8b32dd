"""The five conversations, facets and terms over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from content_map.db import Sessions
from content_map.domain.assets import Status
from tests.api.calls import API, assert_problem, pointers, published, upload
from tests.factories import make_asset

pytestmark = pytest.mark.usefixtures("words")


def _terms(client: FlaskClient, facet: str) -> dict[str, dict[str, Any]]:
    facets = {each["key"]: each for each in client.get(f"{API}/facets").json["items"]}
    return {term["key"]: term for term in facets[facet]["terms"]}


def test_conversations_are_five_in_order_with_their_live_assets(rep: FlaskClient, sessions: Sessions) -> None:
    with sessions.write() as session:
        make_asset(session, conversation="right-people")
        make_asset(session, conversation="right-people", status=Status.ARCHIVED)

    listed = rep.get(f"{API}/conversations").json

    assert [(each["number"], each["key"], each["asset_count"]) for each in listed["items"]] == [
        (1, "point-of-view", 0),
        (2, "right-people", 1),
        (3, "relevant-meeting", 0),
        (4, "definition-of-success", 0),
        (5, "tangible-value", 0),
    ]
    assert list(listed["items"][0]) == ["number", "key", "name", "when", "outcome", "asset_count"]


def test_facets_are_nine_with_terms_and_aliases(rep: FlaskClient) -> None:
    facets = rep.get(f"{API}/facets").json["items"]

    assert [each["key"] for each in facets] == [
        *("industry", "function", "seniority", "size", "region", "pain", "goal", "competitor", "product"),
    ]
    assert facets[0]["terms"][0] == {
        "key": "healthcare",
        "name": "Healthcare",
        "aliases": ["clinics", "hospitals"],
        "uses": 0,
    }


def test_uses_count_what_exists_for_the_reader(rep: FlaskClient, marketer: FlaskClient) -> None:
    published(marketer, "One.", terms=["industry:healthcare"])
    upload(marketer, "Two.", terms=["industry:healthcare"])

    assert _terms(marketer, "industry")["healthcare"]["uses"] == 2
    assert _terms(rep, "industry")["healthcare"]["uses"] == 1


def test_term_is_added_with_a_key_made_of_its_name(marketer: FlaskClient) -> None:
    answer = marketer.post(
        f"{API}/terms", json={"facet": "industry", "name": "Food & Drink", "aliases": ["food"]}
    )

    assert answer.status_code == 201
    assert (answer.json["key"], answer.json["aliases"]) == ("food-drink", ["food"])
    assert "food-drink" in _terms(marketer, "industry")


def test_term_is_renamed_retired_and_woken_by_its_key(marketer: FlaskClient) -> None:
    path = f"{API}/terms/industry:logistics"

    renamed = marketer.patch(path, json={"name": "Freight", "aliases": ["logistics", "Logistics"]}).json
    retired = marketer.patch(path, json={"retired": True}).json

    assert (renamed["name"], renamed["key"], renamed["aliases"]) == ("Freight", "logistics", ["Logistics"])
    assert retired["retired"] is True
    assert "logistics" not in _terms(marketer, "industry")
    marketer.patch(path, json={"retired": False})
    assert "logistics" in _terms(marketer, "industry")


def test_term_in_use_is_not_deleted_and_one_without_is(marketer: FlaskClient) -> None:
    upload(marketer, terms=["industry:healthcare"])

    problem = assert_problem(marketer.delete(f"{API}/terms/industry:healthcare"), 409)
    gone = marketer.delete(f"{API}/terms/industry:logistics")

    assert problem["uses"] == 1
    assert (gone.status_code, gone.get_data()) == (204, b"")
    assert list(_terms(marketer, "industry")) == ["healthcare"]


def test_merge_moves_the_tags_and_keeps_the_old_name_as_alias(marketer: FlaskClient) -> None:
    asset = upload(marketer, terms=["industry:logistics"]).json

    merged = marketer.post(f"{API}/terms/industry:logistics/merge", json={"into": "industry:healthcare"})

    assert merged.json["aliases"] == ["Logistics", "clinics", "freight", "hospitals"]
    assert marketer.get(f"{API}/assets/{asset['id']}").json["terms"] == ["industry:healthcare"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"facet": "industry"}, 422),
        ({"facet": "colour", "name": "Red"}, 422),
        ({"facet": "industry", "name": "x" * 101}, 422),
        ({"facet": "industry", "name": "Red", "key": "Red!"}, 422),
        ({"facet": "industry", "name": "+++"}, 422),
        ({"facet": "industry", "name": "Red", "aliases": ["a\u0000"]}, 422),
        ({"facet": "industry", "name": "Red", "aliases": "red"}, 422),
        ({"facet": "industry", "name": "healthCARE"}, 409),
    ],
)
def test_term_that_cannot_be_is_refused(marketer: FlaskClient, body: dict[str, Any], status: int) -> None:
    assert_problem(marketer.post(f"{API}/terms", json=body), status)

    assert sorted(_terms(marketer, "industry")) == ["healthcare", "logistics"]


def test_terms_of_two_facets_are_not_merged(marketer: FlaskClient) -> None:
    answer = marketer.post(f"{API}/terms/industry:logistics/merge", json={"into": "pain:late-deliveries"})

    assert pointers(assert_problem(answer, 422)) == ["/into"]


def test_reps_leave_the_vocabulary_alone(rep: FlaskClient) -> None:
    assert_problem(rep.post(f"{API}/terms", json={"facet": "industry", "name": "Red"}), 403)
    assert_problem(rep.patch(f"{API}/terms/industry:logistics", json={"name": "Red"}), 403)
    assert_problem(rep.delete(f"{API}/terms/industry:logistics"), 403)
