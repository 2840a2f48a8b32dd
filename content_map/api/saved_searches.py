"""Situations that a person keeps, and the alerts on new matches."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint
from content_map.domain.situations import Situation
from content_map.schemas.saved_search import SavedSearchAdd, SavedSearchChange, SavedSearchView
from content_map.schemas.strict import list_of
from content_map.services import saved_searches
from content_map.services.saved_searches import SavedChanges

blueprint = ApiBlueprint(
    "saved-searches", __name__, url_prefix="/saved-searches", description="Situations that a person keeps"
)


@blueprint.route("", endpoint="all")
class SavedSearches(MethodView):
    """One's own."""

    @blueprint.response(200, list_of(SavedSearchView))
    def get(self) -> Any:
        """List one's own, the latest saved first."""
        with context.reading() as session:
            found = saved_searches.listed(session, actor=context.actor(), now=context.now())
        return {"items": found, "next": None}

    @blueprint.arguments(SavedSearchAdd)
    @blueprint.response(201, SavedSearchView)
    def post(self, given: dict[str, Any]) -> Any:
        """Keep a situation and be told of new matches; what matches already is nothing new."""
        saved = saved_searches.save(
            context.resources().finder,
            _situation(given["search"]) or given["situation"],
            given["name"],
            actor=context.actor(),
            now=context.now(),
        )
        return saved, {"Location": url_for("saved-searches.one", saved_id=saved.id)}


@blueprint.route("/<saved_id>", endpoint="one")
class OneSavedSearch(MethodView):
    """One of one's own."""

    @blueprint.response(200, SavedSearchView)
    def get(self, saved_id: str) -> Any:
        """Show it with its new matches."""
        with context.reading() as session:
            return saved_searches.get(session, saved_id, actor=context.actor(), now=context.now())

    @blueprint.arguments(SavedSearchChange)
    @blueprint.response(200, SavedSearchView)
    def patch(self, changes: SavedChanges, saved_id: str) -> Any:
        """Rename it, or turn its alerts on or off."""
        with context.transaction() as session:
            return saved_searches.change(session, saved_id, changes, actor=context.actor(), now=context.now())

    @blueprint.response(204)
    def delete(self, saved_id: str) -> None:
        """Keep it no longer."""
        with context.transaction() as session:
            saved_searches.remove(session, saved_id, actor=context.actor(), now=context.now())


def _situation(search_id: str | None) -> Situation | None:
    if search_id is None:
        return None
    with context.reading() as session:
        return saved_searches.from_search(session, search_id, actor=context.actor())
