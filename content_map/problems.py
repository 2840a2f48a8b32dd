"""Every error in one shape: RFC 9457 under /api, a page elsewhere; the one table of statuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import structlog
from flask import Flask, Response, request
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from content_map import errors
from search.contract import SearchError
from storage.contract import StorageError

log = structlog.get_logger()

API = "/api/"
MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5
RETRIED = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})

STATUSES: Mapping[type[errors.ContentMapError], HTTPStatus] = {
    errors.NotSignedIn: HTTPStatus.UNAUTHORIZED,
    errors.NotAllowed: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Gone: HTTPStatus.GONE,
    errors.Stale: HTTPStatus.PRECONDITION_FAILED,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.Unsupported: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}

SENTENCES: Mapping[int, str] = {
    400: "The request could not be read: it is not valid JSON, or not a valid form.",
    401: "Sign in first: with a session or an API token.",
    403: "You may not do this.",
    404: "There is nothing at this address.",
    405: "This address does not answer that method.",
    406: "This address cannot answer in the form asked for.",
    408: "The request took too long to arrive. Nothing was saved; try again.",
    409: "This contradicts what is stored, perhaps since a moment ago. Look again, and try once more.",
    410: "This has ended: a link that was used, or that ran out.",
    412: "Somebody changed this after it was read. Nothing was saved; look at the present state and try again.",
    413: "What was sent is larger than the limit. Nothing was stored.",
    415: "This kind of content is not accepted here.",
    416: "The file does not have the bytes asked for.",
    422: "Some fields cannot be accepted as they are.",
    429: "Too many requests. Try again in a moment.",
    500: "Something went wrong on our side. Nothing was half-saved; try again, or tell your admin.",
    503: "A part of Content Map does not answer at the moment. Nothing was lost; try again shortly.",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What a person or a program is told; `facts` are extra members of the document."""

    status: HTTPStatus
    detail: str
    errors: tuple[errors.FieldError, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()

    def document(self) -> dict[str, object]:
        """The RFC 9457 members; `errors` is there for 422 alone."""
        document: dict[str, object] = {
            "type": f"urn:content-map:problem:{self.status.phrase.lower().replace(' ', '-')}",
            "title": self.status.phrase,
            "status": int(self.status),
            "detail": self.detail,
        }
        if self.status is HTTPStatus.UNPROCESSABLE_ENTITY:
            document["errors"] = [{"pointer": each.pointer, "detail": each.detail} for each in self.errors]
        return {**self.facts, **document}


def register(app: Flask, render_page: Callable[[Problem], str]) -> None:
    """Answer every error of the application; `render_page` makes the page for people."""

    def answer(error: Exception) -> Response:
        problem = describe(error)
        if problem.status is HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("request.failed", path=_address(), status=int(problem.status), exc_info=error)
        elif int(problem.status) > HTTPStatus.INTERNAL_SERVER_ERROR:
            # A part is down, and whoever asks is told so: one line, not a stack trace for each poll of /health.
            log.warning("request.unavailable", path=_address(), detail=problem.detail)
        if request.path.startswith(API):
            body, media_type = json.dumps(problem.document(), default=str), MEDIA_TYPE
        else:
            body, media_type = render_page(problem), "text/html; charset=utf-8"
        response = Response(body, status=int(problem.status), content_type=media_type)
        for name, value in problem.headers:
            response.headers[name] = value
        return response

    app.register_error_handler(Exception, answer)


def _address() -> str:
    """The path, but for one that holds the secret of a one-time link: logs are read by more people than use links."""
    rule = request.url_rule
    return rule.rule if rule is not None and "secret" in (request.view_args or {}) else request.path


def describe(error: Exception) -> Problem:
    """Put any error into its status and its sentence."""
    match error:
        case errors.Invalid():
            return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, error.detail, error.errors, error.facts)
        case errors.ContentMapError():
            status = STATUSES[type(error)]
            return Problem(status, error.detail, (), error.facts, tuple(_headers(status, error.facts)))
        case HTTPException():
            return _of_http(error)
        case IntegrityError() | StaleDataError():
            # Two people did the same at once, and the database let one of them through.
            return Problem(HTTPStatus.CONFLICT, SENTENCES[409])
        case DataError():
            # PostgreSQL takes neither the character 0 nor a number beyond its column.
            return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, SENTENCES[422])
        case SearchError() | StorageError() | OperationalError():
            status = HTTPStatus.SERVICE_UNAVAILABLE
            return Problem(status, SENTENCES[503], headers=tuple(_headers(status, {})))
        case _:
            return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, SENTENCES[500])


def _headers(status: HTTPStatus, facts: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    if status is HTTPStatus.UNAUTHORIZED:
        yield "WWW-Authenticate", 'Bearer realm="content-map"'
    if "retry_after_seconds" in facts or status in RETRIED:
        yield "Retry-After", str(facts.get("retry_after_seconds", RETRY_SECONDS))


def _of_http(error: HTTPException) -> Problem:
    if error.code is None or error.code < 400:
        raise error
    status = HTTPStatus(error.code)
    # The exception's own headers matter: Allow on 405, Content-Range on 416.
    kept = {
        name: value for name, value in error.get_headers() if name not in {"Content-Type", "Content-Length"}
    }
    kept.update(dict(_headers(status, {})))
    messages = getattr(error, "data", {}).get("messages", {}) if hasattr(error, "data") else {}
    found = tuple(_field_errors(messages))
    detail = " ".join(each.detail for each in found) if found else SENTENCES.get(status, status.description)
    return Problem(status, detail, found, headers=tuple(kept.items()))


def _field_errors(messages: object, pointer: str = "") -> Iterator[errors.FieldError]:
    """Walk marshmallow's nested messages; the outermost key names the part of the request."""
    if isinstance(messages, Mapping):
        for part in messages.values():
            yield from _below(part, pointer)


def _below(messages: object, pointer: str) -> Iterator[errors.FieldError]:
    match messages:
        case str():
            yield errors.FieldError(pointer or "/", messages)
        case list():
            for each in messages:
                yield from _below(each, pointer)
        case Mapping():
            for key, value in messages.items():
                yield from _below(value, pointer if key == "_schema" else f"{pointer}/{_escaped(key)}")


def _escaped(key: object) -> str:
    """Write a name as a part of a JSON pointer (RFC 6901)."""
    return str(key).replace("~", "~0").replace("/", "~1")
