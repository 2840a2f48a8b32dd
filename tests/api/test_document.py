"""The OpenAPI document describes every call there is, and the page shows what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
from flask.testing import FlaskClient

from content_map.domain.event_reading import READERS
from content_map.domain.events import ReportedEvent
from content_map.schemas.usage import EventReport
from tests.api.calls import API, PROBLEM, routes

OPEN = {f"{API}/health", f"{API}/openapi.json", f"{API}/docs"}
PARTS = re.compile(r"\{\w+\}")


@pytest.fixture
def document(stranger: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = stranger.get(f"{API}/openapi.json").json
    return found


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in {"get", "post", "patch", "put", "delete"} & item.keys():
            yield method.upper(), path, item[method]


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for each in node.values():
            yield from _references(each)
    elif isinstance(node, list):
        for each in node:
            yield from _references(each)


def test_document_is_openapi_3_1_with_bearer_security(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"] == "Content Map"
    assert document["components"]["securitySchemes"] == {"token": {"type": "http", "scheme": "bearer"}}
    assert document["security"] == [{"token": []}]


def test_every_route_is_described_and_nothing_else(document: dict[str, Any]) -> None:
    described = {(method, PARTS.sub("*", path)) for method, path, _ in _operations(document)}

    assert described == {
        (method, re.sub(r"(0{32}|(?<=reports/)unused-assets|(?<=pages/)1|(?<=versions/)1)", "*", path))
        for method, path in routes()
    }


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in set(_references(document)):
        node: Any = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]


def test_every_call_says_what_it_does_and_how_it_refuses(document: dict[str, Any]) -> None:
    for method, path, operation in _operations(document):
        assert operation["summary"].endswith("."), (method, path)
        assert operation["tags"]
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/DEFAULT_ERROR"}
        assert any(status.startswith("2") for status in operation["responses"])
        assert ("security" in operation and operation["security"] == []) == (path in OPEN)
        assert ("requestBody" in operation) == (method in {"POST", "PUT", "PATCH"}), (method, path)


def test_errors_are_rfc_9457(document: dict[str, Any]) -> None:
    for response in document["components"]["responses"].values():
        assert response["content"] == {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert document["components"]["schemas"]["Problem"]["properties"].keys() >= {
        "type",
        "title",
        "status",
        "detail",
    }


def test_form_is_one_body_with_its_file_and_its_fields(document: dict[str, Any]) -> None:
    body = document["paths"][f"{API}/assets"]["post"]["requestBody"]["content"]

    assert list(body) == ["multipart/form-data", "application/json"]
    form = document["components"]["schemas"][body["multipart/form-data"]["schema"]["$ref"].rpartition("/")[2]]
    assert form["properties"]["file"] == {"type": "string", "format": "binary"}
    assert form["required"] == ["file"]
    assert form["properties"].keys() == {
        *("file", "title", "conversation", "terms", "guide", "summary", "audience", "external_id"),
        *("publish", "allow_duplicate"),
    }


def test_every_post_takes_an_idempotency_key_and_a_change_an_if_match(document: dict[str, Any]) -> None:
    def headers(operation: dict[str, Any]) -> set[str]:
        named = [
            each["$ref"].rpartition("/")[2] for each in operation.get("parameters", ()) if "$ref" in each
        ]
        return {document["components"]["parameters"][name]["name"] for name in named}

    for method, _, operation in _operations(document):
        assert ("Idempotency-Key" in headers(operation)) == (method == "POST")
    assert headers(document["paths"][f"{API}/assets/{{asset_id}}"]["patch"]) == {"If-Match"}


def test_the_conversation_is_one_of_five_wherever_it_is_asked_for(document: dict[str, Any]) -> None:
    change = document["components"]["schemas"]["AssetChange"]["properties"]["conversation"]

    assert change["enum"][:5] == [
        *("point-of-view", "right-people", "relevant-meeting", "definition-of-success", "tangible-value"),
    ]


def test_described_event_is_the_event_that_is_read() -> None:
    assert set(EventReport().fields) == set(READERS) == {each.name for each in fields(ReportedEvent)}


def test_page_shows_every_call_and_runs_no_script(stranger: FlaskClient, document: dict[str, Any]) -> None:
    answer = stranger.get(f"{API}/docs")

    page = answer.get_data(as_text=True)
    assert answer.mimetype == "text/html"
    assert "<script" not in page
    assert "style=" not in page
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    for method, path, _ in _operations(document):
        assert f"<code>{method} {path}</code>" in page
    assert "Set-Cookie" not in answer.headers


def test_health_says_what_does_not_answer(stranger: FlaskClient) -> None:
    """No worker ever spoke in this database."""
    answer = stranger.get(f"{API}/health")

    assert answer.status_code == 503
    assert answer.json["detail"] == "Not answering: worker."
    assert answer.json["failing"] == ["worker"]
    assert answer.headers["Retry-After"]
