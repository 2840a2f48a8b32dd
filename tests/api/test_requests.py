"""Content asked for over HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from content_map import context
from content_map.db import Sessions
from content_map.domain.people import Role
from content_map.wiring import Resources
from tests.api.calls import API, assert_problem, pointers
from tests.api.conftest import ClientOf, PersonOf
from tests.factories import make_asset, make_search

PATH = f"{API}/requests"


def test_request_names_its_asker_and_is_open(rep: FlaskClient) -> None:
    answer = rep.post(
        PATH, json={"situation": "Cold chain in Norway", "conversation": "right-people", "note": "Soon"}
    )

    made = answer.json
    assert answer.status_code == 201
    assert (made["status"], made["conversation"], made["note"]) == ("open", "right-people", "Soon")
    assert made["asker"]["name"] == "Rita Rep"
    assert rep.get(answer.headers["Location"]).json == made


def test_reps_see_their_own_and_marketing_everybodys(
    rep: FlaskClient, marketer: FlaskClient, client_of: ClientOf, person_of: PersonOf
) -> None:
    made = rep.post(PATH, json={"situation": "Cold chain"}).json
    other = client_of(person_of(Role.REP))

    assert [each["id"] for each in marketer.get(PATH).json["items"]] == [made["id"]]
    assert other.get(PATH).json["items"] == []
    assert_problem(other.get(f"{PATH}/{made['id']}"), 404)
    assert marketer.get(f"{PATH}?mine=true").json["items"] == []
    assert marketer.get(f"{PATH}?status=planned").json["items"] == []


@pytest.mark.once
@pytest.mark.parametrize(("people", "told"), [("none", None), ("team", None), ("named", "Rita Rep")])
def test_who_asked_is_named_to_others_only_where_people_are_named(
    people: str, told: str | None, rep: FlaskClient, marketer: FlaskClient, app: Flask, resources: Resources
) -> None:
    settings = replace(resources.settings, people_in_reports=people)
    app.extensions[context.EXTENSION] = replace(resources, settings=settings)
    made = rep.post(PATH, json={"situation": "Cold chain"}).json

    one, listed = marketer.get(f"{PATH}/{made['id']}").json, marketer.get(PATH).json["items"]

    assert [(each["asker"] or {}).get("name") for each in [one, *listed]] == [told, told]
    assert made["asker"]["name"] == "Rita Rep"


def test_answer_fills_a_request_with_an_asset(
    rep: FlaskClient, marketer: FlaskClient, sessions: Sessions
) -> None:
    made = rep.post(PATH, json={"situation": "Cold chain"}).json
    with sessions.write() as session:
        asset = make_asset(session).id

    without = marketer.patch(f"{PATH}/{made['id']}", json={"status": "filled"})
    filled = marketer.patch(
        f"{PATH}/{made['id']}", json={"status": "filled", "asset": asset, "answer": "Here"}
    )

    assert pointers(assert_problem(without, 422)) == ["/asset"]
    assert (filled.json["status"], filled.json["asset"], filled.json["answer"]) == ("filled", asset, "Here")
    assert_problem(rep.patch(f"{PATH}/{made['id']}", json={"situation": "Other words"}), 409)


def test_asker_changes_the_words_and_nobody_else(rep: FlaskClient, marketer: FlaskClient) -> None:
    path = f"{PATH}/{rep.post(PATH, json={'situation': 'Cold chain', 'note': 'x'}).json['id']}"

    changed = rep.patch(path, json={"situation": "Frozen food", "note": None}).json

    assert (changed["situation"], changed["note"]) == ("Frozen food", None)
    assert_problem(marketer.patch(path, json={"situation": "Mine"}), 403)
    assert_problem(rep.patch(path, json={"status": "planned"}), 403)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/situation"),
        ({"situation": " "}, "/situation"),
        ({"situation": "x" * 2_001}, "/situation"),
        ({"situation": "a\u0000"}, "/situation"),
        ({"situation": "x", "conversation": "sixth"}, "/conversation"),
        ({"situation": "x", "asker": "somebody"}, "/asker"),
        ({"situation": "x", "search": "nothing"}, "/search"),
    ],
)
def test_request_that_cannot_be_is_refused(rep: FlaskClient, body: dict[str, Any], pointer: str) -> None:
    assert pointers(assert_problem(rep.post(PATH, json=body), 422)) == [pointer]


def test_request_may_name_ones_own_search_only(
    client_of: ClientOf, person_of: PersonOf, sessions: Sessions
) -> None:
    me = person_of(Role.REP)
    with sessions.write() as session:
        mine, other = make_search(session, me).id, make_search(session, person_of(Role.REP)).id

    assert client_of(me).post(PATH, json={"situation": "x", "search": mine}).status_code == 201
    assert_problem(client_of(me).post(PATH, json={"situation": "x", "search": other}), 422)
