"""No JSON that anybody can send makes the API fail."""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content_map import api
from content_map.api._document import document
from content_map.db import Sessions
from content_map.domain.assets import Status
from tests.api.calls import API, routes
from tests.factories import make_account, make_asset, make_user

FORMS = {f"{API}/assets", f"{API}/imports", f"{API}/imports/accounts", f"{API}/imports/usage"}
JSON = [(method, path) for method, path in routes() if method in {"POST", "PATCH"} and path not in FORMS]


CHANGES = {
    "assets": "AssetChange",
    "accounts": "AccountChange",
    "requests": "RequestChange",
    "users": "UserChange",
    "terms": "TermChange",
}


@cache
def document_of() -> dict[str, Any]:
    """The document, without anything behind it."""
    app = Flask("names")
    api.register(app)
    with app.app_context():
        return document()


def _names() -> list[str]:
    """Every field name that any call knows: garbage that gets further than “unknown field”."""
    schemas = document_of()["components"]["schemas"].values()
    return sorted({name for schema in schemas for name in schema.get("properties", ())})


TEXT = st.text(st.characters(codec=None), max_size=40) | st.sampled_from(
    [
        *(
            "\x00",
            "\ud800",
            "point-of-view",
            "industry:healthcare",
            "published",
            "0" * 32,
            "2026-11-21T09:00:00Z",
        ),
        *(
            "true",
            "use",
            "open",
            "outcome",
            "9999-12-31T23:59:59-23:59",
            "0001-01-01T00:00:00+23:59",
            "a@b.c",
            "",
        ),
    ]
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
PLAIN |= st.sampled_from([2**31, 2**63, -(2**63) - 1, 10**40])
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_names()) | TEXT, inner, max_size=5)
    ),
    max_leaves=12,
)
BODIES = st.dictionaries(st.sampled_from(_names()), VALUES, max_size=8) | VALUES


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize(("method", "path"), JSON)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES)
def test_no_json_is_a_fault_of_ours(admin: FlaskClient, method: str, path: str, body: Any) -> None:
    answer = admin.open(path, method=method, data=json.dumps(body), content_type="application/json")

    assert answer.status_code < 500, answer.get_data(as_text=True)


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize("noun", ["assets", "accounts", "requests", "users", "terms"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_change_of_what_is_there_is_a_fault_of_ours(
    admin: FlaskClient, sessions: Sessions, noun: str, data: st.DataObject
) -> None:
    with sessions.write() as session:
        made = {
            "assets": lambda: make_asset(session, status=Status.DRAFT).id,
            "accounts": lambda: make_account(session, str(uuid4())).id,
            "requests": lambda: admin.post(f"{API}/requests", json={"situation": "x"}).json["id"],
            "users": lambda: make_user(session).id,
            "terms": lambda: "industry:healthcare",
        }[noun]()
    schema = document_of()["components"]["schemas"][CHANGES[noun]]
    body = data.draw(
        st.dictionaries(st.sampled_from(sorted(schema["properties"])), VALUES, min_size=1, max_size=3)
    )

    answer = admin.patch(f"{API}/{noun}/{made}", data=json.dumps(body), content_type="application/json")

    assert answer.status_code < 500, answer.get_data(as_text=True)


EVENT_FIELDS = st.sampled_from(
    ["id", "kind", "asset", "search", "use", "account", "text", "rank", "occurred_at"]
)
QUERY_FIELDS = st.sampled_from(
    ["limit", "cursor", "q", "prefix", "term", "quarter", "from", "situation", "owner"]
)


@pytest.mark.usefixtures("words")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    event=st.dictionaries(
        st.sampled_from(["id", "kind", "asset", "search", "use", "account", "text", "rank"]), PLAIN
    )
)
def test_no_event_is_a_fault_of_ours(admin: FlaskClient, event: dict[str, Any]) -> None:
    answer = admin.post(f"{API}/usage", data=json.dumps({"events": [event]}), content_type="application/json")

    assert answer.status_code == 200


@pytest.mark.parametrize("path", sorted({path for method, path in routes() if method == "GET"}))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.dictionaries(
        st.sampled_from(["limit", "cursor", "q", "prefix", "term", "quarter", "from"]), st.text(max_size=20)
    )
)
def test_no_address_is_a_fault_of_ours(admin: FlaskClient, path: str, query: dict[str, str]) -> None:
    answer = admin.get(path, query_string=query)

    assert answer.status_code < 500 or path == f"{API}/health"
