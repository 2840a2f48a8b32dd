"""Calls that many tests make, and the shape every refusal has."""

from __future__ import annotations

import io
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from content_map import api

API = "/api/v1"
PROBLEM = "application/problem+json"


def upload(
    client: FlaskClient, content: str | bytes = "Late deliveries cost trust.", **given: Any
) -> TestResponse:
    """Upload a file; `name`, `to`, `headers` and form fields may be given."""
    name, to = given.pop("name", "note.txt"), given.pop("to", "/assets")
    headers = given.pop("headers", {})
    held = io.BytesIO(content.encode() if isinstance(content, str) else content)
    boundary, body = encode_multipart({"file": FileStorage(held, name), **given})
    media_type = f'multipart/form-data; boundary="{boundary}"'
    return client.post(f"{API}{to}", data=body, content_type=media_type, headers=headers)


def published(
    client: FlaskClient, content: str = "Late deliveries cost trust.", **given: Any
) -> dict[str, Any]:
    """Upload and publish a file; its job has not run yet."""
    answer = upload(client, content, **{"conversation": "point-of-view", "publish": "true", **given})
    if answer.status_code != 201:
        raise ValueError(answer.get_data(as_text=True))
    asset: dict[str, Any] = answer.json
    return asset


def assert_problem(answer: TestResponse, status: int) -> dict[str, Any]:
    """Hold an answer to RFC 9457 and give its document."""
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    assert answer.headers["Content-Type"] == PROBLEM
    problem: dict[str, Any] = answer.json
    assert {"type", "title", "status", "detail"} <= problem.keys()
    assert problem["status"] == status
    assert problem["detail"].strip()
    assert ("errors" in problem) == (status == 422)
    assert all(each["detail"] and each["pointer"].startswith("/") for each in problem.get("errors", ()))
    return problem


def pointers(problem: dict[str, Any]) -> list[str]:
    """The fields a 422 names."""
    return [each["pointer"] for each in problem["errors"]]


def routes() -> list[tuple[str, str]]:
    """Every call there is, with plain values where an address takes one."""
    app = Flask("routes")
    api.register(app)
    found = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(API):
            path = rule.rule.replace("<int:number>", "1")
            for name in rule.arguments:
                path = path.replace(f"<{name}>", "unused-assets" if name == "name" else "0" * 32)
            found += [
                (method, path) for method in sorted(rule.methods or ()) if method not in {"HEAD", "OPTIONS"}
            ]
    return sorted(found)
