"""What every call has in common: who asks is known before a body is read, and a repeated POST acts once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from flask import Flask, Response, g, request
from werkzeug.exceptions import RequestEntityTooLarge

from content_map import context
from content_map.api._blueprint import ApiBlueprint, arguments_of, require_needed
from content_map.api._document import Described
from content_map.errors import FieldError, Invalid, NotFound
from content_map.services import idempotency
from content_map.services.texts import is_storable

KEY_HEADER = "Idempotency-Key"
KEPT_HEADERS = ("Content-Type", "Location", "ETag")
JSON_BYTES = 4 * 1024 * 1024  # 500 events with a full text each, and to spare
PIECE_BYTES = 1024 * 1024


class Frame:
    """Mounts blueprints and puts the common steps around each call."""

    def __init__(self, app: Flask, prefix: str) -> None:
        self._app = app
        self._prefix = prefix
        app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's own provider, with its order kept
        self._api = Described(app)
        app.before_request(self._before)
        app.after_request(_keep_answer)

    def mount(self, blueprint: ApiBlueprint) -> None:
        """Add a noun's calls below the prefix."""
        self._api.register_blueprint(blueprint, url_prefix=f"{self._prefix}{blueprint.url_prefix or ''}")

    def _before(self) -> Response | None:
        if not request.path.startswith(f"{self._prefix}/"):
            return None
        view = self._app.view_functions.get(request.endpoint or "")
        if not getattr(getattr(view, "view_class", None), "is_open", False):
            context.actor()
            context.check_csrf()
        if view is None:
            return None  # the router's own 404 or 405 follows
        method = "GET" if request.method == "HEAD" else request.method
        require_needed(view, method)
        taken = {each["in"] for each in arguments_of(view, method)}
        if "multipart" not in taken or request.mimetype != "multipart/form-data":
            _bound_body()
        if not all(is_storable(part) for part in (request.view_args or {}).values() if isinstance(part, str)):
            raise NotFound("There is nothing at this address.")
        if request.args and "query" not in taken:
            _refuse_query()
        return _replay()


def withhold(*fields: str) -> None:
    """Keep these members of the answer out of what is stored for a repeated POST: secrets are shown once."""
    g.withheld = fields


def _bound_body() -> None:
    request.max_content_length = JSON_BYTES
    if (request.content_length or 0) > JSON_BYTES:
        raise RequestEntityTooLarge


def _refuse_query() -> None:
    problems = [FieldError(f"/{name}", f"There is no parameter {name!r} here.") for name in request.args]
    raise Invalid(" ".join(each.detail for each in problems), problems)


def _replay() -> Response | None:
    key = request.headers.get(KEY_HEADER)
    if request.method != "POST" or not key:
        return None
    fingerprint = _fingerprint()
    with context.transaction() as session:
        reply = idempotency.begin(session, context.actor().id, key, fingerprint, now=context.now())
    if reply is None:
        g.idempotency_key = key
        return None
    return Response(reply.body, status=reply.status, headers={**reply.headers, "Idempotent-Replay": "true"})


def _keep_answer(response: Response) -> Response:
    key = g.pop("idempotency_key", None)
    if key is not None:
        headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        with context.transaction() as session:
            idempotency.keep(
                session, context.actor().id, key, response.status_code, headers, _body_to_keep(response)
            )
    return response


def _body_to_keep(response: Response) -> str | None:
    if response.direct_passthrough:
        return None  # a file on its way: reading it here would hold all of it in memory
    body = response.get_data(as_text=True)
    withheld = g.get("withheld", ())
    return json.dumps({**json.loads(body), **dict.fromkeys(withheld)}) if withheld else body


def _fingerprint() -> str:
    """Name the request by its address and body; a form by its parts, since each sending has another boundary."""
    digest = hashlib.sha256(request.path.encode("utf-8", "surrogateescape"))
    for part in (request.query_string, *_body_parts()):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _body_parts() -> Iterator[bytes]:
    if request.mimetype != "multipart/form-data":
        yield request.get_data(cache=True)
        return
    for name, text in request.form.items(multi=True):
        yield from (name.encode("utf-8", "surrogatepass"), text.encode("utf-8", "surrogatepass"))
    for name, file in request.files.items(multi=True):
        yield from (
            name.encode("utf-8", "surrogatepass"),
            (file.filename or "").encode("utf-8", "surrogatepass"),
        )
        while piece := file.stream.read(PIECE_BYTES):
            yield piece
        file.stream.seek(0)
