"""Customer companies over HTTP."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.api.calls import API, assert_problem, pointers

PATH = f"{API}/accounts"


def _names(client: FlaskClient, **query: str) -> list[str]:
    return [each["name"] for each in client.get(PATH, query_string=query).json["items"]]


def test_added_account_has_the_contracts_fields(rep: FlaskClient) -> None:
    answer = rep.post(PATH, json={"name": " Harbour  & Vale ", "industry": "Retail", "external_id": "crm-1"})

    account = answer.json
    assert answer.status_code == 201
    assert list(account) == ["id", "external_id", "name", "industry", "size", "owner"]
    assert (account["name"], account["industry"], account["size"]) == ("Harbour & Vale", "Retail", None)
    assert rep.get(answer.headers["Location"]).json == account


def test_accounts_are_listed_by_name_from_a_prefix(rep: FlaskClient) -> None:
    for name in ("Zulu", "harbour & Vale", "HARBOUR Nord", "Alpha"):
        rep.post(PATH, json={"name": name})

    assert _names(rep) == ["Alpha", "harbour & Vale", "HARBOUR Nord", "Zulu"]
    assert _names(rep, prefix="Harb") == ["harbour & Vale", "HARBOUR Nord"]
    assert _names(rep, prefix="%") == []


def test_list_goes_on_where_its_cursor_says(rep: FlaskClient) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        rep.post(PATH, json={"name": name})

    first = rep.get(f"{PATH}?limit=2").json
    second = rep.get(PATH, query_string={"limit": 2, "cursor": first["next"]}).json

    assert [each["name"] for each in first["items"] + second["items"]] == ["Alpha", "Beta", "Gamma"]
    assert second["next"] is None


def test_equal_names_are_one_account(rep: FlaskClient) -> None:
    first = rep.post(PATH, json={"name": "Harbour & Vale"}).json

    problem = assert_problem(rep.post(PATH, json={"name": "ＨＡＲＢＯＵＲ  &  vale"}), 409)

    assert problem["account"] == {"id": first["id"], "name": "Harbour & Vale"}


def test_change_touches_only_the_named_fields(rep: FlaskClient) -> None:
    made = rep.post(PATH, json={"name": "Harbour", "size": "200"}).json

    changed = rep.patch(f"{PATH}/{made['id']}", json={"industry": "Retail"}).json
    cleared = rep.patch(f"{PATH}/{made['id']}", json={"industry": None}).json

    assert (changed["name"], changed["size"], changed["industry"]) == ("Harbour", "200", "Retail")
    assert cleared["industry"] is None


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/name"),
        ({"name": None}, "/name"),
        ({"name": "---"}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"name": "a\u0000"}, "/name"),
        ({"name": "Harbour", "owner": "nobody"}, "/owner"),
        ({"name": "Harbour", "id": "x"}, "/id"),
        ({"name": "Harbour", "industry": 7}, "/industry"),
    ],
)
def test_account_that_cannot_be_is_refused(rep: FlaskClient, body: dict[str, object], pointer: str) -> None:
    assert pointers(assert_problem(rep.post(PATH, json=body), 422)) == [pointer]
    assert _names(rep) == []


def test_admin_merges_two_into_one(admin: FlaskClient, rep: FlaskClient) -> None:
    gone, stays = (rep.post(PATH, json={"name": name}).json["id"] for name in ("Harbor", "Harbour"))

    assert_problem(rep.post(f"{PATH}/{gone}/merge", json={"into": stays}), 403)
    merged = admin.post(f"{PATH}/{gone}/merge", json={"into": stays})

    assert merged.json["id"] == stays
    assert rep.get(f"{PATH}/{gone}").json["id"] == stays
    assert _names(rep) == ["Harbour"]
    assert pointers(assert_problem(admin.post(f"{PATH}/{gone}/merge", json={"into": stays}), 422)) == [
        "/into"
    ]
    assert_problem(admin.post(f"{PATH}/nothing/merge", json={"into": stays}), 404)


def _import(client: FlaskClient, text: str, **form: str) -> TestResponse:
    data = {"file": (io.BytesIO(text.encode()), "accounts.csv"), **form}
    return client.post(f"{API}/imports/accounts", data=data, content_type="multipart/form-data")


CSV = "external_id;name;industry;owner\n1;Harbour & Vale;Retail;ada@example.com\n2;Alpha;;\n"


def test_import_adds_and_changes_and_again_changes_nothing(admin: FlaskClient) -> None:
    first = _import(admin, CSV).json
    again = _import(admin, CSV).json

    assert first == {"created": 2, "changed": 0, "unchanged": 0, "rejected": []}
    assert again == {"created": 0, "changed": 0, "unchanged": 2, "rejected": []}
    assert _names(admin) == ["Alpha", "Harbour & Vale"]


def test_dry_run_says_what_would_happen_and_does_nothing(admin: FlaskClient) -> None:
    looked = _import(admin, CSV + "3;Beta;;nobody@example.com\n", dry_run="true").json

    assert (looked["created"], [each["index"] for each in looked["rejected"]]) == (2, [2])
    assert _names(admin) == []


def test_import_with_a_wrong_row_adds_nothing(admin: FlaskClient) -> None:
    answer = _import(admin, CSV + "3;;;\n4;Beta;;nobody@example.com\n")

    assert pointers(assert_problem(answer, 422)) == ["/2/name", "/3/owner"]
    assert _names(admin) == []


@pytest.mark.parametrize("text", ["", "name", "colour\nred", '{"name": 7}', '{"name": "a", "x": "y"}'])
def test_file_that_holds_no_accounts_is_refused(admin: FlaskClient, text: str) -> None:
    assert_problem(_import(admin, text), 422)


def test_only_admins_import(marketer: FlaskClient) -> None:
    assert_problem(_import(marketer, CSV), 403)
