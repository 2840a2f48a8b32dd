"""Content asked for, and the answers."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint
from content_map.schemas.request import RequestAsk, RequestChange, RequestQuery, RequestView
from content_map.schemas.strict import list_of
from content_map.services import requests
from content_map.services.requests import RequestChanges

blueprint = ApiBlueprint("requests", __name__, url_prefix="/requests", description="Content asked for")


@blueprint.route("", endpoint="all")
class Requests(MethodView):
    """What reps miss."""

    @blueprint.arguments(RequestQuery, location="query")
    @blueprint.response(200, list_of(RequestView))
    def get(self, query: dict[str, Any]) -> Any:
        """List requests, newest first: one's own, and everybody's for those who answer or plan them."""
        with context.reading() as session:
            return requests.listed(session, **query, actor=context.actor())

    @blueprint.arguments(RequestAsk)
    @blueprint.response(201, RequestView)
    def post(self, given: dict[str, Any]) -> Any:
        """Ask marketing for content."""
        with context.transaction() as session:
            request = requests.ask(session, **given, actor=context.actor(), now=context.now())
        return request, {"Location": url_for("requests.one", request_id=request.id)}


@blueprint.route("/<request_id>", endpoint="one")
class OneRequest(MethodView):
    """One request."""

    @blueprint.response(200, RequestView)
    def get(self, request_id: str) -> Any:
        """Show a request."""
        with context.reading() as session:
            return requests.get(session, request_id, actor=context.actor())

    @blueprint.arguments(RequestChange)
    @blueprint.response(200, RequestView)
    def patch(self, changes: RequestChanges, request_id: str) -> Any:
        """Change the words as its asker, or answer it; answering tells the asker."""
        with context.transaction() as session:
            return requests.change(session, request_id, changes, actor=context.actor(), now=context.now())
