"""What holds for every call: one shape of refusals, nothing unknown, who asks before what is sent."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from tests.api.calls import API, assert_problem, pointers, routes

OPEN = {f"{API}/health", f"{API}/openapi.json", f"{API}/docs"}
ROUTES = routes()
CLOSED = [route for route in ROUTES if route[1] not in OPEN]
WITH_BODY = [(method, path) for method, path in CLOSED if method in {"POST", "PATCH"}]
FORMS = {
    f"{API}/assets",
    f"{API}/assets/{'0' * 32}/versions",
    f"{API}/imports",
    f"{API}/imports/accounts",
    f"{API}/imports/usage",
}
JSON = [route for route in WITH_BODY if route[1] not in FORMS]
NOT_SIGNED_IN = "Sign in first: with a session or an API token."


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_nobody_gets_further_than_401(stranger: FlaskClient, method: str, path: str) -> None:
    answer = stranger.open(
        f"{path}?surprise=1", method=method, data="{not json", content_type="application/json"
    )

    problem = assert_problem(answer, 401)
    assert problem["detail"] == NOT_SIGNED_IN
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_unknown_parameter_is_refused(admin: FlaskClient, method: str, path: str) -> None:
    answer = admin.open(f"{path}?surprise=1", method=method, json={} if (method, path) in JSON else None)

    assert "/surprise" in pointers(assert_problem(answer, 422))


@pytest.mark.parametrize(("method", "path"), JSON)
def test_unknown_field_is_refused(admin: FlaskClient, method: str, path: str) -> None:
    answer = admin.open(path, method=method, json={"surprise": 1})

    assert "/surprise" in pointers(assert_problem(answer, 422))


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_unreadable_json_is_400(admin: FlaskClient, method: str, path: str) -> None:
    for body in (
        b"{",
        b"[1,",
        b"{'a': 1}",
        b'{"a": NaN}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b"\xff",
    ):
        assert_problem(admin.open(path, method=method, data=body, content_type="application/json"), 400)


@pytest.mark.parametrize(("method", "path"), JSON)
def test_json_that_is_no_object_is_refused(admin: FlaskClient, method: str, path: str) -> None:
    for body in ("[]", '"text"', "1", "null"):
        assert_problem(admin.open(path, method=method, data=body, content_type="application/json"), 422)


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_body_of_another_type_is_415(admin: FlaskClient, method: str, path: str) -> None:
    assert_problem(admin.open(path, method=method, data="a=1", content_type="text/plain"), 415)


@pytest.mark.parametrize(("method", "path"), JSON)
def test_json_of_ten_megabytes_is_413(admin: FlaskClient, method: str, path: str) -> None:
    body = b'{"text": "' + b"x" * 10_000_000 + b'"}'

    assert_problem(admin.open(path, method=method, data=body, content_type="application/json"), 413)


@pytest.mark.parametrize("path", sorted({path for _, path in CLOSED}))
def test_other_methods_are_405_and_named_in_allow(admin: FlaskClient, path: str) -> None:
    allowed = {method for method, known in ROUTES if known == path}
    other = next(method for method in ("PUT", "PATCH", "DELETE") if method not in allowed)

    answer = admin.open(path, method=other)

    assert_problem(answer, 405)
    assert allowed <= {each.strip() for each in answer.headers["Allow"].split(",")}


@pytest.mark.parametrize(
    "path", ["", "/", "/nothing", "/assets/x/nothing", "/nowhere", "/reports/unused-assets.docx"]
)
def test_address_that_does_not_exist_is_a_problem(admin: FlaskClient, path: str) -> None:
    assert_problem(admin.get(f"{API}{path}"), 404)


@pytest.mark.parametrize("name", ["%00", "a%00b", "%ED%A0%80", "..%2F..%2Fetc", "'%20OR%201=1"])
def test_hostile_id_is_404(admin: FlaskClient, name: str) -> None:
    assert_problem(admin.get(f"{API}/assets/{name}"), 404)
    assert_problem(admin.delete(f"{API}/terms/{name}"), 404)
    assert_problem(admin.get(f"{API}/reports/{name}"), 404)


def test_pointer_to_an_unknown_field_is_escaped(admin: FlaskClient) -> None:
    answer = admin.post(f"{API}/accounts", json={"name": "Harbour & Vale", "a/b~c": 1})

    assert pointers(assert_problem(answer, 422)) == ["/a~1b~0c"]


def test_field_that_stands_twice_in_json_is_refused(admin: FlaskClient) -> None:
    body = '{"name": "Harbour & Vale", "name": "Another"}'

    answer = admin.post(f"{API}/accounts", data=body, content_type="application/json")

    assert pointers(assert_problem(answer, 422)) == ["/name"]


def test_parameter_that_stands_twice_is_refused(rep: FlaskClient) -> None:
    answer = rep.get(f"{API}/assets?limit=1&limit=2")

    assert pointers(assert_problem(answer, 422)) == ["/limit"]


@pytest.mark.parametrize("limit", ["0", "201", "-1", "1.5", "many", "9" * 5000])
def test_limit_out_of_bounds_is_refused(rep: FlaskClient, limit: str) -> None:
    problem = assert_problem(rep.get(f"{API}/assets?limit={limit}"), 422)

    assert problem["detail"] == "Ask for 1 to 200 at once."


@pytest.mark.parametrize("cursor", ["x", "W10", "bnVsbA", "WyJcdTAwMDAiXQ", "a" * 2001, "é"])
@pytest.mark.parametrize(
    "path", ["/assets", "/accounts", "/requests", "/users", "/tokens", "/audit", "/search"]
)
def test_cursor_that_is_not_ours_is_refused(admin: FlaskClient, path: str, cursor: str) -> None:
    assert pointers(assert_problem(admin.get(f"{API}{path}", query_string={"cursor": cursor}), 422)) == [
        "/cursor"
    ]


def test_a_token_that_is_none_is_401(stranger: FlaskClient) -> None:
    answer = stranger.get(f"{API}/me", headers={"Authorization": "Bearer cm_wrong"})

    assert_problem(answer, 401)


def test_json_may_be_nested_a_little(rep: FlaskClient) -> None:
    answer = rep.post(
        f"{API}/search", data=json.dumps({"situation": "", "term": [[[[]]]]}), content_type="application/json"
    )

    assert "/term/0" in pointers(assert_problem(answer, 422))
