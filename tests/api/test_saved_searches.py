"""Situations that a person keeps, over the API; and what to drop when nothing is found."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from content_map.worker import Worker
from tests.api.calls import API, assert_problem, pointers, published


def _kept(client: FlaskClient, **given: object) -> dict[str, object]:
    answer = client.post(f"{API}/saved-searches", json={"situation": "Hospitals that wait", **given})
    if answer.status_code != 201:
        raise ValueError(answer.get_data(as_text=True))
    kept: dict[str, object] = answer.json
    return kept


@pytest.mark.usefixtures("words")
def test_situation_is_kept_listed_renamed_and_removed(rep: FlaskClient, admin: FlaskClient) -> None:
    kept = _kept(rep, account="Harbour & Vale", require=["industry:healthcare"], prefer="tangible-value")
    address = f"{API}/saved-searches/{kept['id']}"

    assert (kept["name"], kept["account"], kept["alerts"]) == ("Hospitals that wait", "Harbour & Vale", True)
    assert (kept["require"], kept["prefer"]) == (["industry:healthcare"], "tangible-value")
    assert rep.get(f"{API}/saved-searches").json == {"items": [kept], "next": None}
    assert rep.patch(address, json={"name": "North", "alerts": False}).json == {
        **kept,
        "name": "North",
        "alerts": False,
    }
    assert admin.get(f"{API}/saved-searches").json["items"] == []
    for answer in (admin.get(address), admin.patch(address, json={}), admin.delete(address)):
        assert_problem(answer, 404)
    assert rep.delete(address).status_code == 204
    assert_problem(rep.get(address), 404)


@pytest.mark.usefixtures("words")
def test_situation_of_a_search_is_kept_once(rep: FlaskClient, admin: FlaskClient) -> None:
    search = rep.post(
        f"{API}/search", json={"situation": "late freight", "term": ["industry:logistics"]}
    ).json

    kept = rep.post(f"{API}/saved-searches", json={"search": search["id"], "name": "Freight"})
    again = rep.post(f"{API}/saved-searches", json={"search": search["id"]})

    assert (kept.json["situation"], kept.json["term"]) == ("late freight", ["industry:logistics"])
    assert kept.headers["Location"].endswith(f"/saved-searches/{kept.json['id']}")
    assert assert_problem(again, 409)["saved_search"] == {"id": kept.json["id"], "name": "Freight"}
    assert_problem(admin.post(f"{API}/saved-searches", json={"search": search["id"]}), 404)


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({}, "/situation"),
        ({"situation": "x" * 2001}, "/situation"),
        ({"situation": "late", "name": "  "}, "/name"),
        ({"situation": "late", "search": "0" * 32}, "/search"),
        ({"situation": "late", "term": ["industry:nothing"]}, "/term/0"),
        ({"situation": "late", "conversation": "sixth"}, "/conversation"),
    ],
)
@pytest.mark.usefixtures("words")
def test_what_cannot_be_kept_is_named(rep: FlaskClient, given: dict[str, object], pointer: str) -> None:
    answer = rep.post(f"{API}/saved-searches", json=given)

    assert pointers(assert_problem(answer, 422)) == [pointer]


@pytest.mark.usefixtures("words")
def test_nothing_found_says_what_each_pin_costs(
    rep: FlaskClient, marketer: FlaskClient, worker: Worker
) -> None:
    """Two are tagged with one, a third with the other, none with both."""
    for title, term in (
        ("A", "industry:healthcare"),
        ("B", "industry:healthcare"),
        ("C", "industry:logistics"),
    ):
        published(marketer, f"Late deliveries cost trust {title}.", title=title, terms=term)
    worker.run_pending()
    pins = ["industry:healthcare", "industry:logistics"]

    found = rep.post(f"{API}/search", json={"situation": "late deliveries", "require": pins}).json
    better = rep.post(f"{API}/search", json={"situation": "late deliveries", "require": pins[:1]}).json

    assert found["total"] == 0
    assert found["without"] == [
        {"term": "industry:logistics", "name": "Logistics", "total": 2},
        {"term": "industry:healthcare", "name": "Healthcare", "total": 1},
    ]
    assert (better["total"], better["without"]) == (2, [])
