"""Synonyms over HTTP: kept by admins, counted from the next search on, and shown when they joined in."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content_map.db import Sessions
from content_map.models import AuditEntry
from content_map.worker import Worker
from tests.api.calls import API, assert_problem, pointers
from tests.factories import make_asset

pytestmark = pytest.mark.usefixtures("words")
PAIR = {"said": "till", "means": "point of sale"}


@pytest.fixture
def sale(sessions: Sessions, worker: Worker) -> str:
    """An asset that says it in the library's words alone."""
    with sessions.write() as session:
        asset_id = make_asset(session, title="Store guide", pages=("Keeping the point of sale open.",)).id
    worker.run_pending()
    return asset_id


def _found(client: FlaskClient, words: str) -> tuple[list[str], list[dict[str, str]]]:
    answer = client.post(f"{API}/search", json={"situation": words, "draft": True}).json
    return [hit["asset"]["id"] for hit in answer["hits"]], answer["synonyms"]


def test_a_new_pair_counts_from_the_very_next_search_and_is_named_there(
    admin: FlaskClient, rep: FlaskClient, sale: str
) -> None:
    before = _found(rep, "their tills fail")
    added = admin.post(f"{API}/synonyms", json=PAIR)
    after = _found(rep, "their tills fail")

    assert added.status_code == 201
    assert before == ([], [])
    assert after == ([sale], [{"said": "tills", "means": "point of sale"}])


def test_one_way_stops_the_way_back_and_removal_stops_both(
    admin: FlaskClient, rep: FlaskClient, sale: str
) -> None:
    made = admin.post(f"{API}/synonyms", json={"said": "point of sale", "means": "counter"}).json

    admin.patch(f"{API}/synonyms/{made['id']}", json={"both_ways": False})
    one_way = _found(rep, "their counter fails")
    gone = admin.delete(f"{API}/synonyms/{made['id']}")

    assert one_way == ([], [])
    assert gone.status_code == 204
    assert rep.get(f"{API}/synonyms").json == {"items": [], "next": None}


def test_only_admins_change_them_and_all_see_them(
    admin: FlaskClient, marketer: FlaskClient, rep: FlaskClient
) -> None:
    made = admin.post(f"{API}/synonyms", json=PAIR).json

    assert_problem(marketer.post(f"{API}/synonyms", json=PAIR), 403)
    assert_problem(marketer.patch(f"{API}/synonyms/{made['id']}", json={"both_ways": False}), 403)
    assert_problem(marketer.delete(f"{API}/synonyms/{made['id']}"), 403)
    assert rep.get(f"{API}/synonyms").json["items"] == [{"id": made["id"], **PAIR, "both_ways": True}]


def test_a_pair_that_is_there_in_either_direction_is_a_conflict(admin: FlaskClient) -> None:
    admin.post(f"{API}/synonyms", json=PAIR)

    again = admin.post(f"{API}/synonyms", json={"said": " Point  of Sale", "means": "TILL"})

    assert "are a pair already" in assert_problem(again, 409)["detail"]


def test_words_that_say_nothing_are_refused_by_name(admin: FlaskClient) -> None:
    problem = assert_problem(admin.post(f"{API}/synonyms", json={"said": "the", "means": "till"}), 422)

    assert pointers(problem) == ["/said"]


def test_every_change_is_in_the_audit_trail(admin: FlaskClient, sessions: Sessions) -> None:
    made = admin.post(f"{API}/synonyms", json=PAIR).json
    admin.patch(f"{API}/synonyms/{made['id']}", json={"both_ways": False})
    admin.delete(f"{API}/synonyms/{made['id']}")

    with sessions.read() as session:
        noted = session.scalars(
            select(AuditEntry.action).where(AuditEntry.noun_id == made["id"]).order_by(AuditEntry.number)
        ).all()
    assert noted == ["synonym.added", "synonym.changed", "synonym.removed"]
