"""Gaps, the docket and tasks over HTTP."""

from __future__ import annotations

from flask.testing import FlaskClient

from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.models import DocketItem
from tests.api.calls import API, assert_problem, pointers
from tests.api.conftest import ClientOf, PersonOf
from tests.conftest import NOW
from tests.factories import make_asset, make_search, make_user


def test_gaps_are_everybodys_as_terms_and_counts(
    rep: FlaskClient, marketer: FlaskClient, sessions: Sessions
) -> None:
    with sessions.write() as session:
        for _ in range(3):
            make_search(
                session, make_user(session), asked_at=NOW.replace(day=2), asked_terms="pain:never-heard-of"
            )

    (gap,) = rep.get(f"{API}/gaps").json["items"]

    assert gap["terms"] == [{"term": "pain:never-heard-of", "name": "never-heard-of"}]
    assert (gap["searches"], gap["no_results"], gap["reps"], gap["words"]) == (3, 3, 3, [])
    assert marketer.get(f"{API}/gaps?quarter=2026-Q3").json == {"items": [], "next": None}
    assert pointers(assert_problem(rep.get(f"{API}/gaps?quarter=soon"), 422)) == ["/quarter"]


def test_two_sides_decide_over_http_and_a_task_follows(
    marketer: FlaskClient, client_of: ClientOf, person_of: PersonOf, rep: FlaskClient, sessions: Sessions
) -> None:
    manager = client_of(person_of(Role.MANAGER))
    with sessions.write() as session:
        make_asset(session)

    filled = marketer.post(f"{API}/docket", json={"quarter": "2026-Q3"})
    (item,) = manager.get(f"{API}/docket?quarter=2026-Q3&state=open").json["items"]
    marketer.patch(f"{API}/docket", json={"items": [item["id"]], "choice": "teach"})
    decided = manager.patch(f"{API}/docket", json={"items": [item["id"]], "choice": "teach"}).json["items"]
    (task,) = manager.get(f"{API}/tasks?mine=true").json["items"]
    unfinished = manager.patch(f"{API}/tasks/{task['id']}", json={"done": True})
    done = manager.patch(
        f"{API}/tasks/{task['id']}", json={"done": True, "taught_on": "2026-11-20", "reps_reached": 9}
    )

    assert filled.json == {"quarter": "2026-Q3", "added": 1}
    assert (item["class"], item["state"]) == ("never-surfaced", "open")
    assert [(each["state"], each["settled"]) for each in decided] == [("settled", "teach")]
    assert (task["kind"], task["side"], task["quarter"]) == ("teach", "sales", "2026-Q3")
    assert pointers(assert_problem(unfinished, 422)) == ["/taught_on", "/reps_reached"]
    assert (done.json["taught_on"], done.json["reps_reached"]) == ("2026-11-20", 9)
    assert_problem(rep.get(f"{API}/docket"), 403)
    assert_problem(rep.get(f"{API}/tasks"), 403)


def test_what_cannot_be_decided_says_why(marketer: FlaskClient, sessions: Sessions) -> None:
    with sessions.write() as session:
        item = DocketItem(quarter="2026-Q3", stage="passed-over", asset_id=make_asset(session).id)
        session.add(item)
        session.flush()
        item_id = item.id

    assert pointers(assert_problem(marketer.get(f"{API}/docket?quarter=2026-Q4"), 422)) == ["/quarter"]
    assert pointers(
        assert_problem(marketer.patch(f"{API}/docket", json={"items": [], "choice": "keep"}), 422)
    ) == ["/items"]
    assert_problem(marketer.patch(f"{API}/docket", json={"items": [item_id], "choice": "burn"}), 422)
    assert_problem(
        marketer.patch(f"{API}/docket", json={"items": [item_id], "choice": "keep", "side": "sales"}), 403
    )


def test_a_request_has_an_owner_a_day_and_the_terms_of_its_words(
    rep: FlaskClient, marketer: FlaskClient, words: None
) -> None:
    made = rep.post(f"{API}/requests", json={"situation": "Healthcare in Norway"}).json
    me = marketer.get(f"{API}/me").json["id"]
    path = f"{API}/requests/{made['id']}"

    taken = marketer.patch(path, json={"owner": me, "due_on": "2026-12-01", "status": "planned"}).json
    over = marketer.patch(path, json={"due_on": "2026-01-01"})

    assert made["terms"] == ["industry:healthcare"]
    assert (taken["owner"]["id"], taken["due_on"], taken["effect"]["is_overdue"]) == (me, "2026-12-01", False)
    assert pointers(assert_problem(over, 422)) == ["/due_on"]
    assert [each["id"] for each in marketer.get(f"{API}/requests?owner={me}").json["items"]] == [made["id"]]
    assert marketer.get(f"{API}/requests?overdue=true").json["items"] == []
    assert_problem(rep.patch(path, json={"due_on": "2026-12-24"}), 403)
