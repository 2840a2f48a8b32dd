"""The OpenAPI document: generated from the schemas, with our one shape of errors and our bearer security."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Flask, current_app
from flask_smorest import Api

from content_map.problems import MEDIA_TYPE
from content_map.schemas.problem import ProblemView

VERSION = "1"
SECURITY: list[dict[str, list[str]]] = [{"token": []}]


class Described(Api):  # type: ignore[misc]  # flask-smorest carries no types
    """flask-smorest's document with the parts of it that are not ours set right."""

    ERROR_SCHEMA = ProblemView

    def __init__(self, app: Flask) -> None:
        app.config.update(API_TITLE="Content Map", API_VERSION=VERSION, OPENAPI_VERSION="3.1.0")
        about = "Marketing content by sales conversation, found by customer situation. Errors are RFC 9457."
        super().__init__(app, spec_kwargs={"info": {"description": about}, "security": SECURITY})
        self.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})

    def _register_error_handlers(self) -> None:
        """Leave errors to problems.py: one shape for all."""

    def _register_responses(self) -> None:
        content = {MEDIA_TYPE: {"schema": ProblemView}}
        for status in HTTPStatus:
            if status >= 400:
                self.spec.components.response(
                    status.name, {"description": status.phrase, "content": content}, lazy=True
                )
        self.spec.components.response(
            self.DEFAULT_ERROR_RESPONSE_NAME, {"description": "A problem", "content": content}, lazy=True
        )


def document() -> dict[str, Any]:
    """The document of the running application."""
    described: Described = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    found: dict[str, Any] = described.spec.to_dict()
    return found
