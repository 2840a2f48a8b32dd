"""Who asks, and one's own tokens."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint
from content_map.api._frame import withhold
from content_map.schemas.person import MeView, NewTokenView, TokenAdd, TokenView
from content_map.schemas.strict import list_of
from content_map.services import signing_in, users

blueprint = ApiBlueprint("me", __name__, url_prefix="/me", description="Who asks")


@blueprint.route("", endpoint="show")
class Me(MethodView):
    """The person whose token or session this is."""

    @blueprint.response(200, MeView)
    def get(self) -> Any:
        """Say who asks."""
        with context.reading() as session:
            return users.get(session, context.actor().id)


@blueprint.route("/tokens", endpoint="tokens")
class Tokens(MethodView):
    """One's own keys for the API."""

    @blueprint.response(200, list_of(TokenView))
    def get(self) -> Any:
        """List one's own tokens that still work."""
        with context.reading() as session:
            return {"items": signing_in.tokens_of(session, context.actor()), "next": None}

    @blueprint.arguments(TokenAdd)
    @blueprint.response(201, NewTokenView)
    def post(self, given: dict[str, str]) -> Any:
        """Make a token; its secret is in this answer and never again, not even when the request is repeated."""
        withhold("token")
        actor = context.actor()
        with context.transaction() as session:
            made = signing_in.make_token(session, actor.id, given["name"], actor=actor, now=context.now())
        return made, HTTPStatus.CREATED


@blueprint.route("/tokens/<token_id>", endpoint="token")
class Token(MethodView):
    """One of one's own tokens."""

    @blueprint.response(204)
    def delete(self, token_id: str) -> None:
        """End a token at once."""
        with context.transaction() as session:
            signing_in.revoke_token(session, token_id, actor=context.actor(), now=context.now())
