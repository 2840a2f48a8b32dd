"""What admins do: people, everybody's tokens, the audit trail."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint
from content_map.api._frame import withhold
from content_map.schemas.person import (
    AuditEntryView,
    InvitedView,
    OwnedTokenView,
    UserAdd,
    UserChange,
    UserView,
)
from content_map.schemas.strict import Page, list_of
from content_map.services import audit, signing_in, users

blueprint = ApiBlueprint("users", __name__, description="People, their tokens, and who did what")


@blueprint.route("/users", endpoint="all")
class Users(MethodView):
    """Everybody."""

    @blueprint.arguments(Page, location="query")
    @blueprint.response(200, list_of(UserView))
    def get(self, query: dict[str, Any]) -> Any:
        """List everybody, a part at a time."""
        with context.reading() as session:
            return users.page(session, **query, actor=context.actor())

    @blueprint.arguments(UserAdd)
    @blueprint.response(201, InvitedView)
    def post(self, given: dict[str, Any]) -> Any:
        """Add a person; the one-time link is in this answer and never again."""
        withhold("link")
        actor, now, base = context.actor(), context.now(), context.resources().settings.base_url
        with context.transaction() as session:
            person = users.add(session, **given, actor=actor, now=now)
            secret = signing_in.invite(session, person.id, actor=actor, now=now)
        return (person, f"{base}/welcome/{secret}"), HTTPStatus.CREATED


@blueprint.route("/users/<user_id>", endpoint="one")
class OneUser(MethodView):
    """One person."""

    @blueprint.arguments(UserChange)
    @blueprint.response(200, UserView)
    def patch(self, changes: dict[str, Any], user_id: str) -> Any:
        """Change only the named fields; a new role or team begins a new period."""
        with context.transaction() as session:
            return users.change(session, user_id, **changes, actor=context.actor(), now=context.now())


@blueprint.route("/tokens", endpoint="tokens")
class Tokens(MethodView):
    """Everybody's tokens."""

    @blueprint.arguments(Page, location="query")
    @blueprint.response(200, list_of(OwnedTokenView))
    def get(self, query: dict[str, Any]) -> Any:
        """List the tokens that still work, oldest first."""
        with context.reading() as session:
            return signing_in.tokens(session, **query, actor=context.actor())


@blueprint.route("/tokens/<token_id>", endpoint="token")
class Token(MethodView):
    """One token."""

    @blueprint.response(204)
    def delete(self, token_id: str) -> None:
        """End a token at once: anybody's for an admin, one's own for everybody."""
        with context.transaction() as session:
            signing_in.revoke_token(session, token_id, actor=context.actor(), now=context.now())


@blueprint.route("/audit", endpoint="audit")
class Audit(MethodView):
    """Who changed what."""

    @blueprint.arguments(Page, location="query")
    @blueprint.response(200, list_of(AuditEntryView))
    def get(self, query: dict[str, Any]) -> Any:
        """List the acts, newest first."""
        with context.reading() as session:
            return audit.listed(session, **query, actor=context.actor())
