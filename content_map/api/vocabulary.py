"""The five conversations and the controlled vocabulary."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint
from content_map.schemas.strict import list_of
from content_map.schemas.vocabulary import (
    ConversationView,
    FacetView,
    TermAdd,
    TermChange,
    TermMerge,
    TermView,
    conversations_shown,
    facets_shown,
    term_shown,
)
from content_map.services import library, terms, vocabulary

blueprint = ApiBlueprint("vocabulary", __name__, description="The five conversations, facets and terms")


@blueprint.route("/conversations", endpoint="conversations")
class Conversations(MethodView):
    """The only top level of the library."""

    @blueprint.response(200, list_of(ConversationView))
    def get(self) -> Any:
        """List the five, in order."""
        with context.reading() as session:
            counts = library.live_by_conversation(session, now=context.now())
        return {"items": conversations_shown(counts), "next": None}


@blueprint.route("/facets", endpoint="facets")
class Facets(MethodView):
    """What a situation is described with."""

    @blueprint.response(200, list_of(FacetView))
    def get(self) -> Any:
        """List the facets with their terms, aliases and uses."""
        with context.reading() as session:
            uses = vocabulary.uses(session, actor=context.actor(), now=context.now())
            return {"items": facets_shown(vocabulary.facets(session), uses), "next": None}


@blueprint.route("/terms", endpoint="terms")
class Terms(MethodView):
    """The vocabulary's words."""

    @blueprint.arguments(TermAdd)
    @blueprint.response(201, TermView)
    def post(self, given: dict[str, Any]) -> Any:
        """Add a term."""
        with context.transaction() as session:
            term = terms.add(session, **given, actor=context.actor(), now=context.now())
            return term_shown(term)


@blueprint.route("/terms/<term_id>", endpoint="term")
class OneTerm(MethodView):
    """One term, by id or as `facet:term`."""

    @blueprint.arguments(TermChange)
    @blueprint.response(200, TermView)
    def patch(self, changes: dict[str, Any], term_id: str) -> Any:
        """Rename a term, replace its aliases, retire or wake it."""
        with context.transaction() as session:
            term = terms.change(session, term_id, **changes, actor=context.actor(), now=context.now())
            return term_shown(term)

    @blueprint.response(204)
    def delete(self, term_id: str) -> None:
        """Delete a term that no asset carries."""
        with context.transaction() as session:
            terms.remove(session, term_id, actor=context.actor(), now=context.now())


@blueprint.route("/terms/<term_id>/merge", endpoint="merge")
class Merge(MethodView):
    """When two words mean the same."""

    @blueprint.arguments(TermMerge)
    @blueprint.response(200, TermView)
    def post(self, given: dict[str, str], term_id: str) -> Any:
        """Move every tag to another term of the facet; the old name becomes an alias."""
        with context.transaction() as session:
            term = terms.merge(session, term_id, given["into"], actor=context.actor(), now=context.now())
            return term_shown(term)
