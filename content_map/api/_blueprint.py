"""A noun's calls: arguments are parsed strictly, a form with a file is one body, and all of it is described."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
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
from content_map.domain.permissions import Right, require
from content_map.errors import Unsupported

View = Callable[..., Any]
Decorator = Callable[[View], View]
Noun = TypeVar("Noun", bound=MethodView)

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
    """Read the body as strict JSON. Raises BadRequest: NaN, endless numbers and endless nesting are none."""
    try:
        return json.loads(request.get_data(cache=True), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise BadRequest from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def needs(right: Right) -> Decorator:
    """Refuse a caller without the right before a large body is read; the service asks again. Raises NotAllowed."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **given: Any) -> Any:
            require(context.actor(), right)
            return view(*args, **given)

        return checked

    return decorate


class ApiBlueprint(Blueprint):  # type: ignore[misc]  # flask-smorest carries no types
    """The calls about one noun; pages have blueprints of the same nouns, so ours are named apart."""

    ARGUMENTS_PARSER = Parser()
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING: ClassVar[dict[str, str]] = {
        "json": "application/json",
        "multipart": "multipart/form-data",
    }

    def __init__(self, noun: str, import_name: str, **options: Any) -> None:
        super().__init__(f"api_{noun}", import_name, **options)
        self.noun = noun

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

    def add_url_rule(self, rule: str, *args: Any, **options: Any) -> None:
        """Add a rule, listed in the document under the noun."""
        super().add_url_rule(rule, *args, **{**options, "tags": [self.noun]})


def arguments_of(view: View, method: str) -> list[Mapping[str, Any]]:
    """List what a view's method was declared to take."""
    handler = getattr(getattr(view, "view_class", None), method.lower(), None)
    declared = getattr(handler, "_apidoc", {}).get("arguments", {}).get("parameters", [])
    return [each for each in declared if isinstance(each, Mapping)]
