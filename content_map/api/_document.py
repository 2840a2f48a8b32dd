"""The OpenAPI document: generated from the schemas, with our one shape of errors and our bearer security."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls
from flask import Flask, current_app
from flask_smorest import Api
from marshmallow import Schema

from content_map.problems import MEDIA_TYPE
from content_map.schemas.problem import ProblemView

VERSION = "1"
ABOUT = (
    "Marketing content by sales conversation, found by customer situation. Errors are RFC 9457 problems; a list has "
    "items and next, the cursor of the part after; unknown fields and parameters are errors."
)
SECURITY: list[dict[str, list[str]]] = [{"token": []}]
IDEMPOTENCY_KEY = "IDEMPOTENCY_KEY"
IF_MATCH = "IF_MATCH"
HEADERS = {
    IDEMPOTENCY_KEY: (
        "Idempotency-Key",
        "A text of your own: the same request sent again with it acts once.",
    ),
    IF_MATCH: ("If-Match", "The ETag you saw: a state changed meanwhile is answered with 412 and `present`."),
}


class Described(Api):  # type: ignore[misc]  # flask-smorest carries no types
    """flask-smorest's document with the parts of it that are not ours set right."""

    ERROR_SCHEMA = ProblemView

    def __init__(self, app: Flask) -> None:
        app.config.update(API_TITLE="Content Map", API_VERSION=VERSION, OPENAPI_VERSION="3.1.0")
        plugin = MarshmallowPlugin(schema_name_resolver=_name)
        options = {"info": {"description": ABOUT}, "security": SECURITY, "marshmallow_plugin": plugin}
        super().__init__(app, spec_kwargs=options)
        self.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})

    def _register_error_handlers(self) -> None:
        """Leave errors to problems.py: one shape for all."""

    def _register_responses(self) -> None:
        content = {MEDIA_TYPE: {"schema": ProblemView}}
        problems = {status.name: status.phrase for status in HTTPStatus if status >= 400}
        for name, phrase in {**problems, self.DEFAULT_ERROR_RESPONSE_NAME: "A problem"}.items():
            self.spec.components.response(name, {"description": phrase, "content": content}, lazy=True)

    def _register_etag_headers(self) -> None:
        for key, (name, about) in HEADERS.items():
            header = {"name": name, "description": about, "schema": {"type": "string"}}
            self.spec.components.parameter(key, "header", header, lazy=True)

    def _register_pagination_header(self) -> None:
        """Lists carry their cursor in the body."""


def document() -> dict[str, Any]:
    """The document of the running application."""
    described: Described = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return cast("dict[str, Any]", described.spec.to_dict())


def _name(schema: Any) -> str:
    named = cast("type[Schema]", resolve_schema_cls(schema))
    return named.__name__.removesuffix("View")
