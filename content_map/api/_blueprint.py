"""A noun's calls: arguments are parsed strictly, a form with a file is one body, and all of it is described."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NoReturn, TypeVar, cast

import marshmallow as ma
from flask import Request
from flask.views import MethodView
from flask_smorest import Blueprint
from webargs import core
from webargs.flaskparser import FlaskParser, is_json_request
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.exceptions import BadRequest

from content_map import context
from content_map.api._document import IDEMPOTENCY_KEY
from content_map.domain.permissions import Right, require
from content_map.errors import Invalid, Unsupported

View = Callable[..., Any]
Decorator = Callable[[View], View]
Noun = TypeVar("Noun", bound=MethodView)

_NEEDED = "needed_right"
LOCATIONS = ("query", "json", "multipart")


class Parser(FlaskParser):
    """Refuses what a schema does not name, wherever it stands, and content of another type than described."""

    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(LOCATIONS, ma.RAISE)
    __location_map__ = {  # noqa: RUF012 - webargs' own name
        "query": "load_querystring",
        "json": "load_json",
        "multipart": "load_multipart",
    }

    def load_json(self, req: Request, schema: ma.Schema) -> Any:  # noqa: ARG002 - webargs' signature
        """Read a JSON body; no body at all is an object without fields. Raises BadRequest, Unsupported."""
        if is_json_request(req):
            return read_json(req)
        if req.content_length or req.headers.get("Transfer-Encoding"):
            raise Unsupported("Send JSON, and say so: Content-Type: application/json.")
        return core.missing

    def load_multipart(self, req: Request, schema: ma.Schema) -> Any:
        """Read a form with its files as one body. JSON is let through to the schema, which says what is missing."""
        if is_json_request(req):
            return read_json(req)
        if req.mimetype != "multipart/form-data":
            raise Unsupported("Send a form with the file: Content-Type: multipart/form-data.")
        return MultiDictProxy(CombinedMultiDict([req.form, req.files]), schema)


def read_json(request: Request) -> Any:
    """Read the body as strict JSON. Raises BadRequest (NaN, endless numbers and nesting are none), Invalid."""
    try:
        text = request.get_data(cache=True).decode()
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_named_once)
    except (ValueError, RecursionError):
        raise BadRequest from None


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name in found if sum(name == each for each, _ in pairs) > 1)
        raise Invalid.field(f"/{twice}", "This was given more than once. Give it once.")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def needs(right: Right) -> Decorator:
    """Refuse a caller without the right before any of the body is read; the service asks again."""

    def decorate(view: View) -> View:
        setattr(view, _NEEDED, right)
        return view

    return decorate


def require_needed(view: View, method: str) -> None:
    """Hold the caller to the right that the call was declared to need. Raises NotAllowed."""
    right = getattr(_handler(view, method), _NEEDED, None)
    if right is not None:
        require(context.actor(), right)


class ApiBlueprint(Blueprint):  # type: ignore[misc]  # flask-smorest carries no types
    """The calls about one noun, which is its name and its chapter in the document."""

    ARGUMENTS_PARSER = Parser()
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING: ClassVar[dict[str, str]] = {
        "json": "application/json",
        "multipart": "multipart/form-data",
    }

    def __init__(self, noun: str, import_name: str, **options: Any) -> None:
        super().__init__(noun, import_name, **options)
        self._prepare_doc_cbks.append(_describe_headers)

    def arguments(self, schema: type[ma.Schema], **options: Any) -> Decorator:
        """Declare what a call takes, and parse it."""
        return cast("Decorator", super().arguments(schema, **options))

    def response(
        self, status: int, schema: ma.Schema | type[ma.Schema] | None = None, **options: Any
    ) -> Decorator:
        """Declare what a call answers with, and write it."""
        return cast("Decorator", super().response(status, schema, **options))

    def alt_response(self, status: int, **options: Any) -> Decorator:
        """Declare another answer than the usual one."""
        return cast("Decorator", super().alt_response(status, **options))

    @staticmethod
    def doc(**given: Any) -> Decorator:
        """Declare more about a call in the document's own words."""
        return cast("Decorator", Blueprint.doc(**given))

    def route(self, rule: str, **options: Any) -> Callable[[type[Noun]], type[Noun]]:
        """Put a class of calls at an address."""
        return cast("Callable[[type[Noun]], type[Noun]]", super().route(rule, **options))


def _describe_headers(doc: dict[str, Any], _info: Any, *, method: str, **_given: Any) -> dict[str, Any]:
    headers = [IDEMPOTENCY_KEY] if method == "post" else []
    return {**doc, "parameters": [*doc.get("parameters", ()), *headers]} if headers else doc


def arguments_of(view: View, method: str) -> list[Mapping[str, Any]]:
    """List what a view's method was declared to take."""
    declared = getattr(_handler(view, method), "_apidoc", {}).get("arguments", {}).get("parameters", [])
    return [each for each in declared if isinstance(each, Mapping)]


def _handler(view: View, method: str) -> View | None:
    return getattr(getattr(view, "view_class", None), method.lower(), None)
