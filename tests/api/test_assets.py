"""Uploading, listing, reading and changing assets over HTTP."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from content_map.db import Sessions
from content_map.domain.assets import Status
from content_map.domain.people import Role
from content_map.services import tagging
from content_map.wiring import Resources
from tests.api.calls import API, assert_problem, pointers, published, upload
from tests.api.conftest import PersonOf
from tests.factories import make_asset, make_term

pytestmark = pytest.mark.usefixtures("words")
GUIDE = {"when_to_use": "Before the first call", "minutes": 10}
FIELDS = {
    *("id", "external_id", "title", "summary", "conversation", "status", "state", "kind", "media_type"),
    *(
        "size_bytes",
        "page_count",
        "version",
        "owner",
        "terms",
        "guide",
        "audience",
        "publish_at",
        "expires_at",
    ),
    *("review_by", "created_at", "updated_at", "problem"),
}


def test_uploaded_file_is_a_draft_that_is_being_read(marketer: FlaskClient) -> None:
    answer = upload(
        marketer,
        "Twelve words.",
        title="  Why  deliveries are late ",
        conversation="point-of-view",
        terms=["industry:healthcare", "pain:late-deliveries"],
        guide=json.dumps(GUIDE),
        summary="One page",
        audience="internal",
        external_id="crm-7",
    )

    asset = answer.json
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{API}/assets/{asset['id']}"
    assert asset.keys() >= FIELDS
    assert (asset["title"], asset["status"], asset["state"]) == (
        "Why deliveries are late",
        "draft",
        "processing",
    )
    assert asset["terms"] == ["industry:healthcare", "pain:late-deliveries"]
    assert asset["guide"] == {
        **dict.fromkeys(("when_to_use", "say_first", "ask_next", "do_not", "may_change")),
        **GUIDE,
    }
    assert (asset["audience"], asset["external_id"], asset["summary"]) == ("internal", "crm-7", "One page")
    assert (asset["size_bytes"], asset["version"], asset["owner"]["name"]) == (13, 1, "Mia Marketer")
    assert asset["created_at"] == "2026-11-21T09:00:00.000Z"


def test_shown_asset_is_the_one_uploaded_with_the_tag_it_had(marketer: FlaskClient) -> None:
    made = upload(marketer)

    shown = marketer.get(made.headers["Location"])

    assert shown.json == made.json
    assert shown.headers["ETag"] == made.headers["ETag"]


def test_upload_with_publish_is_published(marketer: FlaskClient) -> None:
    assert published(marketer)["status"] == "published"


def test_upload_without_a_conversation_cannot_be_published(marketer: FlaskClient) -> None:
    assert pointers(assert_problem(upload(marketer, publish="true"), 422)) == ["/conversation"]
    assert marketer.get(f"{API}/assets").json == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"conversation": "discovery"}, "/conversation"),
        ({"conversation": ["point-of-view", "right-people"]}, "/conversation"),
        ({"terms": ["industry:helthcare"]}, "/terms/0"),
        ({"terms": ["nothing"]}, "/terms/0"),
        ({"guide": '{"minutes": 10, "xyz": 1}'}, "/guide/xyz"),
        ({"guide": '{"minutes": 0}'}, "/guide/minutes"),
        ({"guide": "no json"}, "/guide"),
        ({"guide": "[]"}, "/guide"),
        ({"guide": "[" * 50_000}, "/guide"),
        ({"publish": "yes"}, "/publish"),
        ({"title": "x" * 301}, "/title"),
        ({"title": "   "}, "/title"),
        ({"title": "a\x00b"}, "/title"),
        ({"title": ["One", "Two"]}, "/title"),
        ({"audience": "everybody"}, "/audience"),
        ({"state": "ready"}, "/state"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_refused_field_is_named_and_nothing_is_stored(
    marketer: FlaskClient, fields: dict[str, object], pointer: str
) -> None:
    assert pointer in pointers(assert_problem(upload(marketer, **fields), 422))
    assert marketer.get(f"{API}/assets").json["items"] == []


def test_two_conversations_are_refused_with_a_sentence(marketer: FlaskClient) -> None:
    problem = assert_problem(upload(marketer, conversation=["point-of-view", "right-people"]), 422)

    assert problem["detail"] == "An asset belongs to exactly one conversation. Choose one."


def test_unknown_term_is_answered_with_the_nearest(marketer: FlaskClient) -> None:
    problem = assert_problem(upload(marketer, terms=["industry:helthcare"]), 422)

    assert "Did you mean industry:healthcare?" in problem["detail"]


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [
        (b"", "empty.pdf", 422),
        (b"x", "../../passwd.txt", 422),
        (b"x", "a\x07b.txt", 422),
        (b"x", "", 422),
        (b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 100, "quarterly.pdf", 415),
        (b"#!/bin/sh\nrm -rf /", "run.sh", 415),
        (b"x" * 100_001, "large.txt", 413),
        (b"x" * 3_000_000, "larger.txt", 413),
    ],
)
def test_file_refused_at_the_door_leaves_nothing(
    marketer: FlaskClient, resources: Resources, content: bytes, name: str, status: int
) -> None:
    assert_problem(upload(marketer, content, name=name), status)

    assert marketer.get(f"{API}/assets").json["items"] == []
    assert list(resources.store.keys()) == []


def test_form_without_a_file_is_refused(marketer: FlaskClient) -> None:
    answer = marketer.post(f"{API}/assets", data={"title": "No file"}, content_type="multipart/form-data")

    assert pointers(assert_problem(answer, 422)) == ["/file"]


def test_text_where_the_file_belongs_is_refused(marketer: FlaskClient) -> None:
    answer = marketer.post(f"{API}/assets", data={"file": "text"}, content_type="multipart/form-data")

    assert pointers(assert_problem(answer, 422)) == ["/file"]


def test_same_bytes_again_are_a_conflict_that_names_the_twin(marketer: FlaskClient) -> None:
    first = upload(marketer, title="The first").json

    problem = assert_problem(upload(marketer, name="copy.txt"), 409)

    assert problem["twin"] == {"id": first["id"], "title": "The first"}
    assert upload(marketer, name="copy.txt", allow_duplicate="true").status_code == 201


@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER, Role.ANALYST])
def test_only_marketers_and_admins_upload(client_of, person_of: PersonOf, role: Role) -> None:  # type: ignore[no-untyped-def]
    assert_problem(upload(client_of(person_of(role))), 403)


def test_change_touches_only_the_named_fields(marketer: FlaskClient) -> None:
    made = upload(marketer, title="Old", summary="Kept", terms=["industry:healthcare"]).json

    changed = marketer.patch(f"{API}/assets/{made['id']}", json={"title": "New", "guide": GUIDE})

    assert changed.status_code == 200
    assert (changed.json["title"], changed.json["summary"]) == ("New", "Kept")
    assert changed.json["terms"] == ["industry:healthcare"]
    assert changed.headers["ETag"] == marketer.get(f"{API}/assets/{made['id']}").headers["ETag"]


def test_null_clears_a_field(marketer: FlaskClient) -> None:
    given = {
        "summary": "Text",
        "external_id": "7",
        "conversation": "right-people",
        "guide": json.dumps(GUIDE),
    }
    made = upload(marketer, **given).json

    changed = marketer.patch(f"{API}/assets/{made['id']}", json=dict.fromkeys(given)).json

    assert (changed["summary"], changed["external_id"], changed["conversation"]) == (None, None, None)
    assert set(changed["guide"].values()) == {None}


@pytest.mark.parametrize(
    "name",
    ["id", "created_at", "updated_at", "version", "state", "kind", "size_bytes", "problem", "page_count"],
)
def test_read_only_field_is_refused(marketer: FlaskClient, name: str) -> None:
    made = upload(marketer).json

    answer = marketer.patch(f"{API}/assets/{made['id']}", json={name: made[name]})

    assert pointers(assert_problem(answer, 422)) == [f"/{name}"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"conversation": "point-of-view, right-people"}, "/conversation"),
        ({"conversation": ["point-of-view", "right-people"]}, "/conversation"),
        ({"conversation": 3}, "/conversation"),
        ({"guide": {"xyz": 1}}, "/guide/xyz"),
        ({"guide": {"minutes": 10**400}}, "/guide/minutes"),
        ({"guide": "text"}, "/guide"),
        ({"publish_at": "2026-11-21T09:00:00"}, "/publish_at"),
        ({"publish_at": "tomorrow"}, "/publish_at"),
        ({"publish_at": "0001-01-01T00:00:00+14:00"}, "/publish_at"),
        ({"expires_at": 5}, "/expires_at"),
        ({"review_by": "2026-13-01"}, "/review_by"),
        ({"title": None}, "/title"),
        ({"title": "\ud800"}, "/title"),
        ({"title": "a\u0000"}, "/title"),
        ({"status": "deleted"}, "/status"),
        ({"owner": "nobody"}, "/owner"),
        ({"terms": ["industry:none"]}, "/terms/0"),
        ({"terms": "industry:healthcare"}, "/terms"),
        ({"terms": ["x"] * 101}, "/terms"),
        ({"successor": "nothing"}, "/successor"),
    ],
)
def test_change_that_cannot_be_is_refused(marketer: FlaskClient, body: object, pointer: str) -> None:
    made = upload(marketer).json

    answer = marketer.patch(f"{API}/assets/{made['id']}", json=body)

    assert pointers(assert_problem(answer, 422)) == [pointer]
    assert marketer.get(f"{API}/assets/{made['id']}").json == made


def test_instants_may_come_in_any_zone_and_are_given_in_utc(marketer: FlaskClient) -> None:
    made = upload(marketer).json
    change = {"publish_at": "2026-12-01T00:30:00+05:30", "review_by": "2027-01-31"}

    changed = marketer.patch(f"{API}/assets/{made['id']}", json=change).json

    assert changed["publish_at"] == "2026-11-30T19:00:00.000Z"
    assert changed["review_by"] == "2027-01-31"


def test_fresh_tag_lets_a_change_through_and_a_stale_one_shows_the_present(marketer: FlaskClient) -> None:
    made = upload(marketer)
    path = made.headers["Location"]

    first = marketer.patch(path, json={"title": "First"}, headers={"If-Match": made.headers["ETag"]})
    second = marketer.patch(path, json={"title": "Second"}, headers={"If-Match": made.headers["ETag"]})

    assert first.status_code == 200
    assert assert_problem(second, 412)["present"]["title"] == "First"
    assert marketer.get(path).json["title"] == "First"


@pytest.mark.parametrize("tag", ['"x"', "²", '"99999999999999999999"', 'W/"0"'])
def test_tag_that_is_not_ours_is_stale(marketer: FlaskClient, tag: str) -> None:
    path = upload(marketer).headers["Location"]

    assert_problem(marketer.patch(path, json={"title": "New"}, headers={"If-Match": tag}), 412)


def test_without_a_tag_the_last_writer_wins(marketer: FlaskClient) -> None:
    path = upload(marketer).headers["Location"]

    assert marketer.patch(path, json={"title": "First"}).status_code == 200
    assert marketer.patch(path, json={"title": "Second"}, headers={"If-Match": "*"}).json["title"] == "Second"


def test_what_is_not_live_does_not_exist_for_reps(
    marketer: FlaskClient, rep: FlaskClient, person_of: PersonOf, sessions: Sessions, now: datetime
) -> None:
    owner = person_of(Role.MARKETER)
    with sessions.write() as session:
        hidden = [
            make_asset(session, owner=owner, status=Status.DRAFT),
            make_asset(session, owner=owner, status=Status.ARCHIVED),
            make_asset(session, owner=owner, publish_at=now + timedelta(hours=1)),
            make_asset(session, owner=owner, expires_at=now),
        ]
        seen = make_asset(session, owner=owner)

    for exit_ in ("", "/file", "/pages", "/versions", "/thumbnail", "/usage"):
        assert [rep.get(f"{API}/assets/{asset.id}{exit_}").status_code for asset in hidden] == [404] * 4
    assert [each["id"] for each in rep.get(f"{API}/assets").json["items"]] == [seen.id]
    assert len(marketer.get(f"{API}/assets").json["items"]) == 5


def test_list_is_filtered_by_what_its_parameters_name(
    marketer: FlaskClient, person_of: PersonOf, sessions: Sessions
) -> None:
    owner = person_of(Role.MARKETER)
    with sessions.write() as session:
        make_asset(session, owner=owner, title="Alpha", conversation="right-people")
        make_asset(session, owner=owner, title="Beta", status=Status.DRAFT)

    def titles(**query: str) -> list[str]:
        listed = marketer.get(f"{API}/assets", query_string=query).json["items"]
        return sorted(each["title"] for each in listed)

    assert titles(conversation="right-people") == ["Alpha"]
    assert titles(status="draft") == ["Beta"]
    assert titles(q="alph") == ["Alpha"]
    assert titles(owner=owner.id, state="ready", kind="document") == ["Alpha", "Beta"]
    assert titles(term="industry:healthcare") == []


def test_list_goes_on_where_its_cursor_says(marketer: FlaskClient, sessions: Sessions) -> None:
    with sessions.write() as session:
        made = {make_asset(session).id for _ in range(5)}
    seen: list[str] = []
    query = {"limit": "2", "sort": "title"}

    while True:
        part = marketer.get(f"{API}/assets", query_string=query).json
        seen += [each["id"] for each in part["items"]]
        if part["next"] is None:
            break
        query["cursor"] = part["next"]

    assert len(seen) == 5
    assert set(seen) == made


def test_new_version_keeps_id_title_and_tags(marketer: FlaskClient) -> None:
    made = upload(marketer, title="Kept", terms=["industry:healthcare"]).json

    answer = upload(marketer, "Other words", to=f"/assets/{made['id']}/versions", change="minor")

    assert answer.status_code == 201
    assert (answer.json["id"], answer.json["version"], answer.json["title"]) == (made["id"], 2, "Kept")
    assert answer.json["terms"] == ["industry:healthcare"]
    versions = marketer.get(f"{API}/assets/{made['id']}/versions").json
    assert [(each["number"], each["change"], each["size_bytes"]) for each in versions["items"]] == [
        (2, "minor", 11),
        (1, "major", 27),
    ]


def test_version_of_an_unknown_asset_is_404(marketer: FlaskClient) -> None:
    assert_problem(upload(marketer, to="/assets/nothing/versions"), 404)


def test_taken_suggestion_becomes_a_tag_and_a_dismissed_one_does_not(
    marketer: FlaskClient, sessions: Sessions
) -> None:

    with sessions.write() as session:
        asset = make_asset(session, status=Status.DRAFT, conversation=None)
        make_term(session, "region", "nordics", "Nordics")
        for facet, value, confidence in (("conversation", "right-people", 0.9), ("region", "nordics", 0.5)):
            tagging.suggest(session, asset, facet, value, confidence=confidence, evidence={"words": "x"})
    path = f"{API}/assets/{asset.id}/suggestions"

    first, second = marketer.get(path).json["items"]
    taken = marketer.post(f"{path}/{first['id']}", json={"accept": True})
    dismissed = marketer.post(f"{path}/{second['id']}", json={"accept": False})

    assert (first["facet"], first["value"], first["state"]) == ("conversation", "right-people", "open")
    assert taken.json["conversation"] == "right-people"
    assert dismissed.json["terms"] == []
    assert marketer.get(path).json["items"] == []
    assert_problem(marketer.post(f"{path}/nothing", json={"accept": True}), 404)
    assert pointers(assert_problem(marketer.post(f"{path}/{first['id']}", json={}), 422)) == ["/accept"]


def test_suggestions_are_for_those_who_tag(rep: FlaskClient, sessions: Sessions) -> None:
    with sessions.write() as session:
        asset = make_asset(session)

    assert_problem(rep.get(f"{API}/assets/{asset.id}/suggestions"), 403)
