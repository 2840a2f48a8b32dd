"""From a situation to hits, and words to go on with while typing."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint
from content_map.domain.situations import Situation
from content_map.schemas.situation import FoundView, PrefixQuery, SituationAsk, SuggestedView
from content_map.schemas.strict import list_of
from content_map.services import finding, suggesting
from content_map.services.answers import Found

blueprint = ApiBlueprint("search", __name__, description="Finding by situation")


@blueprint.route("/search", endpoint="search")
class Search(MethodView):
    """Describe a customer, get what helps; a POST keeps the customer's name out of addresses and logs."""

    @blueprint.arguments(SituationAsk, location="query")
    @blueprint.response(200, FoundView)
    def get(self, asked: dict[str, Any]) -> Found:
        """Find by situation."""
        return _found(**asked)

    @blueprint.arguments(SituationAsk)
    @blueprint.response(200, FoundView)
    def post(self, asked: dict[str, Any]) -> Found:
        """Find by situation, with the same fields as JSON."""
        return _found(**asked)


@blueprint.route("/suggest", endpoint="suggest")
class Suggest(MethodView):
    """While somebody types."""

    @blueprint.arguments(PrefixQuery, location="query")
    @blueprint.response(200, list_of(SuggestedView))
    def get(self, query: dict[str, str]) -> Any:
        """Suggest terms, titles and one's own past situations."""
        parts = context.resources()
        with context.reading() as session:
            found = suggesting.suggest(
                session,
                query["prefix"],
                vocabulary=parts.vocabulary.current(session),
                at_hand=parts.at_hand,
                actor=context.actor(),
                now=context.now(),
            )
        return {"items": found, "next": None}


def _found(situation: Situation, limit: int, cursor: str | None, *, explore: bool) -> Found:
    finder, actor, now = context.resources().finder, context.actor(), context.now()
    if cursor is not None:
        return finding.find_more(finder, cursor, limit=limit, actor=actor, now=now)
    return finding.find(finder, situation, limit=limit, explore=explore, actor=actor, now=now)
