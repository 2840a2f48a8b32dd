"""Synonyms: other words that are looked for beside those that were written."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint
from content_map.schemas.strict import list_of
from content_map.schemas.synonym import SynonymAdd, SynonymChange, SynonymView
from content_map.services import synonyms

blueprint = ApiBlueprint("synonyms", __name__, description="Words that mean the same, kept by admins")


@blueprint.route("/synonyms", endpoint="synonyms")
class Synonyms(MethodView):
    """All of them; they join in every search from the next one on."""

    @blueprint.response(200, list_of(SynonymView))
    def get(self) -> Any:
        """List them by their words."""
        with context.reading() as session:
            return {"items": synonyms.listed(session, actor=context.actor()), "next": None}

    @blueprint.arguments(SynonymAdd)
    @blueprint.response(201, SynonymView)
    def post(self, given: dict[str, Any]) -> Any:
        """Add a pair."""
        with context.transaction() as session:
            return synonyms.add(session, **given, actor=context.actor(), now=context.now())


@blueprint.route("/synonyms/<synonym_id>", endpoint="synonym")
class OneSynonym(MethodView):
    """One pair."""

    @blueprint.arguments(SynonymChange)
    @blueprint.response(200, SynonymView)
    def patch(self, changes: dict[str, bool], synonym_id: str) -> Any:
        """Let it count one way or both."""
        with context.transaction() as session:
            return synonyms.change(session, synonym_id, **changes, actor=context.actor(), now=context.now())

    @blueprint.response(204)
    def delete(self, synonym_id: str) -> None:
        """Remove it."""
        with context.transaction() as session:
            synonyms.remove(session, synonym_id, actor=context.actor(), now=context.now())
