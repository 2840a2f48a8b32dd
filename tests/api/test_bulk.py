"""Many assets in one call: each field set, cleared or left; previewed, done as a whole, taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.conversations import Conversation
from content_map.domain.people import Role
from content_map.models import AssetPeriod, Job, Undo
from content_map.services import audit, tagging
from tests.api.calls import API, assert_problem, pointers
from tests.api.conftest import ClientOf, PersonOf
from tests.factories import LONG_AGO, make_asset


def made(sessions: Sessions, count: int = 3, terms: tuple[str, ...] = (), **given: Any) -> list[str]:
    with sessions.write() as session:
        found = [make_asset(session, title=f"Plan {number}", **given) for number in range(count)]
        for asset in found:
            tagging.set_terms(session, asset, terms)
        return [asset.id for asset in found]


def bulk(client: FlaskClient, **given: Any) -> Any:
    return client.post(f"{API}/assets/bulk", json=given)


def asset(client: FlaskClient, asset_id: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{API}/assets/{asset_id}").json
    return found


SET = {
    "title": "One name for all",
    "summary": "What it says.",
    "conversation": "tangible-value",
    "terms": ["industry:healthcare"],
    "guide": {"say_first": "What does a late order cost?", "minutes": 10},
    "audience": "internal",
    "status": "archived",
    "publish_at": "2026-12-01T09:00:00.000Z",
    "expires_at": "2027-12-01T09:00:00.000Z",
    "review_by": "2027-06-01",
}


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize("field", SET)
def test_each_field_can_be_set_alone_and_leaves_the_others(
    marketer: FlaskClient, sessions: Sessions, field: str
) -> None:
    ids = made(
        sessions, 2, terms=("industry:logistics",), summary="An old one.", guide={"do_not": "Send it."}
    )
    before = asset(marketer, ids[0])

    answer = bulk(marketer, ids=ids, set={field: SET[field]})

    assert (answer.status_code, answer.json["changed"]) == (200, 2), answer.json
    now_is = asset(marketer, ids[0])
    wanted = SET[field]
    if field == "guide":
        wanted = {**dict.fromkeys(before["guide"]), "do_not": "Send it.", **SET["guide"]}  # type: ignore[dict-item]
    assert now_is[field] == wanted
    untouched = before.keys() - {field, "updated_at"}
    assert {name: now_is[name] for name in untouched} == {name: before[name] for name in untouched}


@pytest.mark.parametrize(
    "field",
    [
        "summary",
        "conversation",
        "guide",
        "external_id",
        "publish_at",
        "expires_at",
        "review_by",
        "successor",
    ],
)
def test_null_clears_a_field_and_undo_brings_it_back(
    marketer: FlaskClient, sessions: Sessions, field: str
) -> None:
    (other,) = made(sessions, 1)
    (one,) = made(
        sessions,
        1,
        status=Status.DRAFT,
        summary="An old one.",
        guide={"minutes": 10, "do_not": "Send it."},
        external_id="A-1",
        publish_at=datetime(2027, 1, 1, tzinfo=UTC),
        expires_at=datetime(2028, 1, 1, tzinfo=UTC),
        review_by=date(2027, 6, 1),
        successor_id=other,
    )
    before = asset(marketer, one)

    answer = bulk(marketer, ids=[one], set={field: None})

    cleared = dict.fromkeys(before["guide"]) if field == "guide" else None
    assert asset(marketer, one)[field] == cleared
    undone = marketer.post(f"{API}/undo/{answer.json['undo']}")
    assert (undone.status_code, undone.json) == (200, {"restored": 1, "kept": []})
    assert {**asset(marketer, one), "updated_at": None} == {**before, "updated_at": None}


@pytest.mark.usefixtures("words")
def test_terms_are_added_and_removed_and_the_others_stay(marketer: FlaskClient, sessions: Sessions) -> None:
    ids = made(sessions, 2, terms=("industry:logistics", "pain:late-deliveries"))

    answer = bulk(marketer, ids=ids, add_terms=["industry:healthcare"], remove_terms=["industry:logistics"])

    assert answer.json["changed"] == 2
    assert asset(marketer, ids[1])["terms"] == ["industry:healthcare", "pain:late-deliveries"]


def test_a_dry_run_says_field_by_field_what_would_change_and_changes_nothing(
    marketer: FlaskClient, sessions: Sessions
) -> None:
    first = made(sessions, 2, conversation=Conversation.POINT_OF_VIEW)
    second = made(sessions, 1, conversation=Conversation.TANGIBLE_VALUE)

    answer = bulk(marketer, ids=[*first, *second], set={"conversation": "tangible-value"}, dry_run=True).json

    assert (answer["changed"], answer["unchanged"], answer["refused"], answer["undo"]) == (2, 1, [], None)
    count = {"before": "point-of-view", "after": "tangible-value", "assets": 2}
    assert answer["preview"]["fields"] == [{"field": "conversation", "assets": 2, "values": [count]}]
    change = {"field": "conversation", "before": "point-of-view", "after": "tangible-value"}
    assert [each["changes"] for each in answer["preview"]["assets"]] == [[change], [change]]
    assert asset(marketer, first[0])["conversation"] == "point-of-view"


def test_what_a_rule_forbids_for_one_is_done_to_none_and_named(
    marketer: FlaskClient, sessions: Sessions
) -> None:
    fine, wrong = (
        made(sessions, 1, status=Status.DRAFT),
        made(sessions, 1, status=Status.DRAFT, conversation=None),
    )

    problem = assert_problem(bulk(marketer, ids=fine + wrong, set={"status": "published"}), 422)

    assert pointers(problem) == ["/ids/1"]
    assert [each["id"] for each in problem["refused"]] == wrong
    assert "one of the five conversations" in problem["refused"][0]["detail"]
    assert asset(marketer, fine[0])["status"] == "draft"


def test_the_others_are_changed_when_that_is_asked_for(marketer: FlaskClient, sessions: Sessions) -> None:
    fine, wrong = (
        made(sessions, 1, status=Status.DRAFT),
        made(sessions, 1, status=Status.DRAFT, conversation=None),
    )

    answer = bulk(
        marketer, ids=[*fine, *wrong, "0" * 32], set={"status": "published"}, skip_refused=True
    ).json

    assert (answer["changed"], answer["unchanged"]) == (1, 0)
    assert {each["id"] for each in answer["refused"]} == {wrong[0], "0" * 32}
    assert asset(marketer, fine[0])["status"] == "published"
    assert asset(marketer, wrong[0])["status"] == "draft"


def test_a_filter_means_all_that_fit_it_and_a_changed_number_refuses(
    marketer: FlaskClient, sessions: Sessions
) -> None:
    drafts = made(sessions, 3, status=Status.DRAFT)
    live = made(sessions, 1)
    act = {"filter": {"status": "draft"}, "set": {"summary": "New."}}

    assert_problem(bulk(marketer, **act, expected=2), 409)
    answer = bulk(marketer, **act, expected=3)

    assert answer.json["changed"] == 3
    assert asset(marketer, drafts[2])["summary"] == "New."
    assert asset(marketer, live[0])["summary"] is None


def test_periods_audit_and_index_follow_as_after_single_changes(
    marketer: FlaskClient, sessions: Sessions, now: datetime
) -> None:
    ids = made(sessions, 2)

    bulk(marketer, ids=ids, set={"status": "archived"})

    with sessions.read() as session:
        periods = session.scalars(select(AssetPeriod).where(AssetPeriod.asset_id.in_(ids))).all()
        indexed = session.scalars(select(Job.subject).where(Job.kind == "index")).all()
        assert list(audit.broken_links(session)) == []
    assert [(each.ends_at, each.end_reason) for each in periods] == [(now, "archived")] * 2
    assert set(ids) <= set(indexed)


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"set": {"summary": "x"}}, "/ids"),
        ({"ids": ["a"], "filter": {}, "set": {"summary": "x"}}, "/ids"),
        ({"ids": [], "set": {"summary": "x"}}, "/ids"),
        ({"ids": ["a"]}, "/set"),
        ({"ids": ["a"], "set": {"state": "ready"}}, "/set/state"),
        ({"ids": ["a"], "set": {"title": None}}, "/set/title"),
        ({"ids": ["a", "b"], "set": {"external_id": "A-1"}}, "/set/external_id"),
        ({"ids": ["a"], "add_terms": ["industry:shipping"]}, "/add_terms/0"),
        ({"ids": ["a"], "remove_terms": ["industry:shipping"]}, "/remove_terms/0"),
        ({"ids": ["a"], "add_terms": ["pain:x"], "remove_terms": ["pain:x"]}, "/remove_terms"),
        ({"ids": ["a"], "set": {"terms": []}, "add_terms": ["industry:healthcare"]}, "/set/terms"),
        ({"filter": {"status": "gone"}, "set": {"summary": "x"}}, "/filter/status"),
    ],
)
@pytest.mark.usefixtures("words")
def test_what_can_be_right_for_no_asset_is_refused_at_its_field(
    marketer: FlaskClient, given: dict[str, Any], pointer: str
) -> None:
    problem = assert_problem(bulk(marketer, **given), 422)

    assert pointers(problem) == [pointer]


def test_more_than_five_thousand_are_refused(marketer: FlaskClient) -> None:
    ids = [f"{number:032x}" for number in range(5_001)]

    assert "5,000" in assert_problem(bulk(marketer, ids=ids, set={"summary": "x"}), 422)["detail"]


def test_nothing_changed_leaves_nothing_to_undo(marketer: FlaskClient, sessions: Sessions) -> None:
    ids = made(sessions, 2, summary="The same.")

    answer = bulk(marketer, ids=ids, set={"summary": "The same."}).json

    assert (answer["changed"], answer["unchanged"], answer["undo"]) == (0, 2, None)
    with sessions.read() as session:
        assert session.scalar(select(func.count()).select_from(Undo)) == 0


def test_only_marketers_and_admins_change_and_undo(rep: FlaskClient, sessions: Sessions) -> None:
    ids = made(sessions, 1)

    assert_problem(bulk(rep, ids=ids, set={"summary": "x"}), 403)
    assert_problem(rep.post(f"{API}/undo/{'0' * 32}"), 403)


def test_an_undo_is_told_apart_by_what_became_of_it(
    marketer: FlaskClient,
    client_of: ClientOf,
    person_of: PersonOf,
    sessions: Sessions,
    now: datetime,
) -> None:
    ids = made(sessions, 1)
    answers = [bulk(marketer, ids=ids, set={"summary": text}).json for text in ("One.", "Two.")]
    token = answers[1]["undo"]

    assert answers[1]["expires_at"] == "2026-11-21T09:10:00.000Z"
    assert_problem(client_of(person_of(Role.MARKETER)).post(f"{API}/undo/{token}"), 404)
    assert_problem(marketer.post(f"{API}/undo/{'0' * 32}"), 404)
    assert marketer.post(f"{API}/undo/{token}").json["restored"] == 1
    assert_problem(marketer.post(f"{API}/undo/{token}"), 410)
    with sessions.write() as session:
        session.get_one(Undo, answers[0]["undo"]).expires_at = now - timedelta(seconds=1)
    assert_problem(marketer.post(f"{API}/undo/{answers[0]['undo']}"), 410)
    assert asset(marketer, ids[0])["summary"] == "One."


def test_a_later_edit_of_the_same_field_is_kept_and_told(marketer: FlaskClient, sessions: Sessions) -> None:
    one, two = made(sessions, 2, summary="Old.", updated_at=LONG_AGO)
    token = bulk(marketer, ids=[one, two], set={"summary": "New."}).json["undo"]
    marketer.patch(f"{API}/assets/{one}", json={"summary": "Newer."})

    undone = marketer.post(f"{API}/undo/{token}").json

    assert undone["restored"] == 1
    assert [(each["id"], each["field"]) for each in undone["kept"]] == [(one, "summary")]
    assert (asset(marketer, one)["summary"], asset(marketer, two)["summary"]) == ("Newer.", "Old.")
