"""Suggestions of many assets, and how often people agree with them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint, needs
from content_map.domain.permissions import Right
from content_map.schemas.strict import list_of
from content_map.schemas.suggestion import AcceptedView, AcceptMany, AgreementView
from content_map.services import accepting, suggestions

blueprint = ApiBlueprint(
    "accepting", __name__, url_prefix="/suggestions", description="What the machine would tag, for many"
)


@blueprint.route("/accept", endpoint="accept")
class Accept(MethodView):
    """Many at once."""

    @needs(Right.EDIT_ASSET)
    @blueprint.arguments(AcceptMany)
    @blueprint.response(200, AcceptedView)
    def post(self, given: dict[str, Any]) -> Any:
        """Take what is sure enough for all of them in one act; `dry_run` says what it would set."""
        selection, wish = replace(given["selection"], today=context.today()), given["wish"]
        actor, now = context.actor(), context.now()
        if given["dry_run"]:
            with context.reading() as session:
                return accepting.preview(session, selection, wish, actor=actor, now=now)
        with context.transaction() as session:
            return accepting.accept(session, selection, wish, actor=actor, now=now)


@blueprint.route("/statistics", endpoint="statistics")
class Statistics(MethodView):
    """How good they are."""

    @blueprint.response(200, list_of(AgreementView))
    def get(self) -> Any:
        """Count by facet, the conversation first, what waits, was taken and was dismissed."""
        with context.reading() as session:
            return {"items": suggestions.agreement(session, actor=context.actor()), "next": None}
