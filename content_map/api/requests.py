"""Content asked for, and the answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for
from flask.views import MethodView
from sqlalchemy.orm import Session

from content_map import context
from content_map.api._blueprint import ApiBlueprint
from content_map.domain.disclosure import PeopleInReports
from content_map.models import Request
from content_map.schemas.request import RequestAsk, RequestChange, RequestQuery, RequestView
from content_map.schemas.strict import list_of
from content_map.services import request_changes, request_effects, requests
from content_map.services.cursors import Slice
from content_map.services.request_changes import RequestChanges

blueprint = ApiBlueprint("requests", __name__, url_prefix="/requests", description="Content asked for")


@blueprint.route("", endpoint="all")
class Requests(MethodView):
    """What reps miss."""

    @blueprint.arguments(RequestQuery, location="query")
    @blueprint.response(200, list_of(RequestView))
    def get(self, query: dict[str, Any]) -> Any:
        """List requests, newest first: one's own, and everybody's for those who answer or plan them."""
        overdue_on = _today() if query.pop("overdue") else None
        with context.reading() as session:
            found = requests.listed(session, **query, overdue_on=overdue_on, actor=context.actor())
            return Slice(_shown(session, found.items), found.next)

    @blueprint.arguments(RequestAsk)
    @blueprint.response(201, RequestView)
    def post(self, given: dict[str, Any]) -> Any:
        """Ask marketing for content; it keeps the terms of the search, or those read in the words."""
        with context.transaction() as session:
            vocabulary = context.resources().vocabulary.current(session)
            request = requests.ask(
                session, **given, vocabulary=vocabulary, actor=context.actor(), now=context.now()
            )
            (shown,) = _shown(session, [request])
        return shown, {"Location": url_for("requests.one", request_id=request.id)}


@blueprint.route("/<request_id>", endpoint="one")
class OneRequest(MethodView):
    """One request."""

    @blueprint.response(200, RequestView)
    def get(self, request_id: str) -> Any:
        """Show a request."""
        with context.reading() as session:
            (shown,) = _shown(session, [requests.get(session, request_id, actor=context.actor())])
        return shown

    @blueprint.arguments(RequestChange)
    @blueprint.response(200, RequestView)
    def patch(self, changes: RequestChanges, request_id: str) -> Any:
        """Change the words as its asker, or answer it; answering tells the asker.

        Filled by an asset, it fills the waiting requests for the same terms and conversation too, and tells
        everybody who searched for it in vain, each person once.
        """
        with context.transaction() as session:
            request = request_changes.change(
                session, request_id, changes, actor=context.actor(), now=context.now()
            )
            session.refresh(request)
            (shown,) = _shown(session, [request])
        return shown


def _shown(session: Session, found: Sequence[Request]) -> list[dict[str, Any]]:
    effects = request_effects.effects(session, found, today=_today(), now=context.now())
    own = [name for name in RequestView().fields if name not in {"asset", "asker", "effect"}]
    return [
        {
            **{name: getattr(each, name) for name in own},
            "asset_id": each.asset_id,
            "asker": each.asker if _may_name_asker(each) else None,
            "effect": effects[each.id],
        }
        for each in found
    ]


def _may_name_asker(asked: Request) -> bool:
    """Say whether the caller may read who asked: what reps miss is asked by a side, not by a person."""
    people = context.resources().settings.people_in_reports
    return people == PeopleInReports.NAMED or asked.asked_by == context.actor().id


def _today() -> date:
    return context.now().astimezone(context.resources().settings.zone).date()
