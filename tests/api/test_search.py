"""From a situation to hits, as programs ask for them; and words to go on with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.people import Role
from content_map.models import Account, Search, SearchHit
from content_map.worker import Worker
from tests.api.calls import API, assert_problem, pointers
from tests.api.conftest import ClientOf, PersonOf
from tests.factories import make_asset, make_search

pytestmark = pytest.mark.usefixtures("words")
FIELDS = [
    *("id", "next", "total", "took_ms", "did_you_mean", "recognised", "conversation", "facets"),
    *("by_conversation", "hits"),
]


@pytest.fixture
def library(sessions: Sessions, worker: Worker, marketer: FlaskClient) -> dict[str, str]:
    """Three assets about deliveries in two conversations, one of them tagged."""
    with sessions.write() as session:
        made = {
            "hospitals": make_asset(
                session, title="Hospital deliveries", pages=("Late deliveries <cost> lives.",)
            ),
            "freight": make_asset(
                session, title="Freight on time", pages=("Deliveries arrive late at the depot.",)
            ),
            "value": make_asset(
                session,
                title="What late deliveries cost",
                conversation="tangible-value",
                pages=("A calculation of delivery cost.",),
            ),
        }
    ids = {name: asset.id for name, asset in made.items()}
    terms = {"terms": ["industry:healthcare", "pain:late-deliveries"]}
    marketer.patch(f"{API}/assets/{ids['hospitals']}", json=terms)
    worker.run_pending()
    return ids


def test_answer_has_the_contracts_form(rep: FlaskClient, library: dict[str, str]) -> None:
    answer = rep.post(f"{API}/search", json={"situation": "A hospital group with late deliveries"})

    found = answer.json
    assert answer.status_code == 200
    assert list(found)[: len(FIELDS)] == FIELDS  # what the contract does not name comes after it
    assert found["total"] == len(found["hits"]) == 3
    assert found["by_conversation"] == {
        "point-of-view": 2,
        "right-people": 0,
        "relevant-meeting": 0,
        "definition-of-success": 0,
        "tangible-value": 1,
    }
    assert found["conversation"].keys() == {"key", "confidence", "because"}
    assert {(each["facet"], each["term"], each["words"], each["ignore"]) for each in found["recognised"]} == {
        ("industry", "healthcare", "hospital", "industry:healthcare"),
        ("pain", "late-deliveries", "late deliveries", "pain:late-deliveries"),
    }
    assert found["facets"] == [
        {"facet": "industry", "terms": [{"term": "healthcare", "count": 1}]},
        {"facet": "pain", "terms": [{"term": "late-deliveries", "count": 1}]},
    ]
    first = found["hits"][0]
    assert first["asset"]["id"] == library["hospitals"]
    assert [hit["rank"] for hit in found["hits"]] == [1, 2, 3]
    assert all(isinstance(reason, str) for hit in found["hits"] for reason in hit["why"])
    assert first["why"][0] == "Fits 2 of 2: Healthcare, Late deliveries"
    assert first["copies"] == []


def test_passage_is_escaped_text_with_marks_only(rep: FlaskClient, library: dict[str, str]) -> None:
    found = rep.post(f"{API}/search", json={"situation": "late deliveries"}).json

    (passage,) = next(hit for hit in found["hits"] if hit["asset"]["id"] == library["hospitals"])["passages"]
    assert (passage["page"], passage["label"]) == (1, "Page 1")
    assert "&lt;cost&gt;" in passage["html"]
    assert "<mark>" in passage["html"]
    assert "<cost>" not in passage["html"]


def test_get_and_post_find_the_same(rep: FlaskClient, library: dict[str, str]) -> None:
    asked = {"situation": "late deliveries", "term": ["industry:healthcare"], "limit": 2}

    by_get = rep.get(f"{API}/search", query_string=asked).json
    by_post = rep.post(f"{API}/search", json=asked).json

    assert [hit["asset"]["id"] for hit in by_get["hits"]] == [hit["asset"]["id"] for hit in by_post["hits"]]
    assert by_get["id"] != by_post["id"]


def test_further_part_goes_on_counting_ranks_and_serves_nothing_twice(
    rep: FlaskClient, library: dict[str, str], sessions: Sessions
) -> None:
    first = rep.post(f"{API}/search", json={"situation": "late deliveries", "limit": 2}).json

    second = rep.post(f"{API}/search", json={"cursor": first["next"], "limit": 2}).json

    hits = [*first["hits"], *second["hits"]]
    assert second["id"] == first["id"]
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    assert {hit["asset"]["id"] for hit in hits} == set(library.values())
    assert second["next"] is None
    with sessions.read() as session:
        served = session.scalars(
            select(SearchHit.asset_id).where(SearchHit.search_id == first["id"]).order_by(SearchHit.rank)
        ).all()
    assert served == [hit["asset"]["id"] for hit in hits]


def test_draft_is_answered_and_not_stored(
    rep: FlaskClient, library: dict[str, str], sessions: Sessions
) -> None:
    found = rep.post(
        f"{API}/search", json={"situation": "late deliv", "draft": True, "account": "Harbour & Vale"}
    ).json

    assert (found["id"], found["next"]) == (None, None)
    assert found["hits"]
    with sessions.read() as session:
        assert session.scalar(select(func.count()).select_from(Search)) == 0
        assert session.scalar(select(func.count()).select_from(Account)) == 0


def test_search_keeps_the_account_it_was_for(
    rep: FlaskClient, library: dict[str, str], sessions: Sessions
) -> None:
    found = rep.post(f"{API}/search", json={"situation": "late deliveries", "account": "Harbour & Vale"}).json

    with sessions.read() as session:
        stored = session.get_one(Search, found["id"])
        assert session.get_one(Account, stored.account_id).name == "Harbour & Vale"


def test_conversation_and_required_terms_narrow_the_results(
    rep: FlaskClient, library: dict[str, str]
) -> None:
    def ids(**asked: Any) -> set[str]:
        hits = rep.post(f"{API}/search", json={"situation": "late deliveries", **asked}).json["hits"]
        return {hit["asset"]["id"] for hit in hits}

    assert ids(conversation="tangible-value") == {library["value"]}
    assert ids(require=["industry:healthcare"]) == {library["hospitals"]}
    assert ids(prefer="tangible-value") == set(library.values())


def test_ignored_term_is_no_longer_recognised(rep: FlaskClient, library: dict[str, str]) -> None:
    asked = {"situation": "late deliveries", "ignore": ["pain:late-deliveries"]}

    assert rep.post(f"{API}/search", json=asked).json["recognised"] == []


def test_unknown_term_is_refused_with_the_nearest(rep: FlaskClient) -> None:
    problem = assert_problem(rep.post(f"{API}/search", json={"term": ["industry:helthcare"]}), 422)

    assert pointers(problem) == ["/term/0"]
    assert "Did you mean industry:healthcare?" in problem["detail"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"situation": "x" * 2_001}, "/situation"),
        ({"situation": "a\u0000b"}, "/situation"),
        ({"situation": "\udfff"}, "/situation"),
        ({"situation": None}, "/situation"),
        ({"situation": 5}, "/situation"),
        ({"conversation": "sixth"}, "/conversation"),
        ({"prefer": ["point-of-view"]}, "/prefer"),
        ({"limit": 101}, "/limit"),
        ({"limit": True}, "/limit"),
        ({"limit": 1e400}, "/limit"),
        ({"draft": "perhaps"}, "/draft"),
        ({"user": "somebody-else"}, "/user"),
        ({"term": "industry:healthcare"}, "/term"),
        ({"require": ["x"] * 51}, "/require"),
    ],
)
def test_question_that_cannot_be_is_refused(rep: FlaskClient, body: dict[str, Any], pointer: str) -> None:
    if body.get("limit") == float("inf"):
        answer = rep.post(f"{API}/search", data='{"limit": 1e400}', content_type="application/json")
    else:
        answer = rep.post(f"{API}/search", json=body)

    assert pointers(assert_problem(answer, 422)) == [pointer]


def test_account_name_that_is_none_is_refused_and_the_search_not_stored(
    rep: FlaskClient, library: dict[str, str], sessions: Sessions
) -> None:
    assert_problem(rep.post(f"{API}/search", json={"situation": "late", "account": "!!!"}), 422)

    with sessions.read() as session:
        assert session.scalar(select(func.count()).select_from(Search)) == 0


@pytest.mark.parametrize(
    "words", ["", "NOT AND OR", '"', "title:* ^9 ~", "(((", "\\", "ﷺ" * 500, "؟", "🚚" * 100]
)
def test_hostile_words_are_only_words(rep: FlaskClient, library: dict[str, str], words: str) -> None:
    answer = rep.post(f"{API}/search", json={"situation": words})

    assert answer.status_code == 200


def test_somebody_elses_search_does_not_go_on(
    rep: FlaskClient, client_of: ClientOf, person_of: PersonOf, library: dict[str, str]
) -> None:
    cursor = rep.post(f"{API}/search", json={"situation": "late deliveries", "limit": 1}).json["next"]

    assert_problem(client_of(person_of(Role.REP)).post(f"{API}/search", json={"cursor": cursor}), 404)


def test_archived_asset_leaves_the_results_at_once(
    rep: FlaskClient, marketer: FlaskClient, library: dict[str, str]
) -> None:
    """The worker has not run since: the index still holds it."""
    marketer.patch(f"{API}/assets/{library['freight']}", json={"status": "archived"})

    found = rep.post(f"{API}/search", json={"situation": "late deliveries"}).json

    assert {hit["asset"]["id"] for hit in found["hits"]} == {library["hospitals"], library["value"]}
    assert found["by_conversation"]["point-of-view"] == 1


def _suggested(client: FlaskClient, prefix: str) -> list[tuple[str, str]]:
    answer = client.get(f"{API}/suggest", query_string={"prefix": prefix}).json
    return [(each["kind"], each["text"]) for each in answer["items"]]


def test_suggestions_are_terms_titles_and_ones_own_situations(
    client_of: ClientOf, person_of: PersonOf, library: dict[str, str], sessions: Sessions
) -> None:
    me, other = person_of(Role.REP), person_of(Role.REP)
    with sessions.write() as session:
        make_search(session, me, situation="Hospital group in the north")
        make_search(session, me, situation="hospital  group in the NORTH")
        make_search(session, other, situation="Hospital secret of somebody else")

    assert _suggested(client_of(me), "hosp") == [
        ("term", "Healthcare"),
        ("title", "Hospital deliveries"),
        ("situation", "hospital  group in the NORTH"),
    ]
    assert _suggested(client_of(me), "") == []
    assert _suggested(client_of(me), "%") == []


def test_titles_that_are_not_live_are_not_suggested(
    rep: FlaskClient, person_of: PersonOf, sessions: Sessions, now: Any
) -> None:
    owner = person_of(Role.MARKETER)
    with sessions.write() as session:
        make_asset(session, owner=owner, title="Zebra draft", status=Status.DRAFT)
        make_asset(session, owner=owner, title="Zebra tomorrow", publish_at=now + timedelta(days=1))
        make_asset(session, owner=owner, title="Zebra today")

    assert _suggested(rep, "zeb") == [("title", "Zebra today")]


def test_misspelt_words_are_put_right_unless_the_rep_means_them(
    rep: FlaskClient, library: dict[str, str]
) -> None:
    asked = {"situation": "Hosptals with late deliveries"}

    right = rep.post(f"{API}/search", json=asked).json
    written = rep.post(f"{API}/search", json={**asked, "ignore": ["spelling:as-written"]}).json

    assert right["did_you_mean"] == "Hospitals with late deliveries"
    assert [(chip["term"], chip["read_as"]) for chip in right["recognised"]] == [
        ("healthcare", "typo"),
        ("late-deliveries", "exact"),
    ]
    assert written["did_you_mean"] is None
    assert [chip["term"] for chip in written["recognised"]] == ["late-deliveries"]
