"""Tracked links for customers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import url_for
from flask.views import MethodView

from content_map import context
from content_map.api._blueprint import ApiBlueprint, needs
from content_map.api._frame import withhold
from content_map.domain.permissions import Right
from content_map.schemas.share import MadeShareView, ShareChange, ShareMake, ShareQuery, ShareView
from content_map.schemas.strict import list_of
from content_map.services import share_lists, shares
from content_map.services.shares import ShareChanges, ShareWish

blueprint = ApiBlueprint("shares", __name__, url_prefix="/shares", description="Links for customers")


@blueprint.route("", endpoint="all")
class Shares(MethodView):
    """Links that were sent."""

    @needs(Right.SHARE)
    @blueprint.arguments(ShareQuery, location="query")
    @blueprint.response(200, list_of(ShareView))
    def get(self, query: dict[str, Any]) -> Any:
        """List one's own links, newest first; an admin may ask for everybody's."""
        with context.reading() as session:
            return share_lists.listed(session, **query, actor=context.actor(), now=context.now())

    @needs(Right.SHARE)
    @blueprint.arguments(ShareMake)
    @blueprint.response(201, MadeShareView)
    def post(self, wish: ShareWish) -> Any:
        """Make a link for one account, a use of each asset; the link is in this answer and never again."""
        withhold("url")
        parts, actor, now = context.resources(), context.actor(), context.now()
        share_id, token = shares.make(parts.sessions, wish, actor=actor, now=now)
        with context.reading() as session:
            shown = share_lists.one(session, share_id, actor=actor, now=now)
        url = f"{parts.settings.base_url}/s/{token}"
        return (shown, url), HTTPStatus.CREATED, {"Location": url_for("shares.one", share_id=share_id)}


@blueprint.route("/<share_id>", endpoint="one")
class OneShare(MethodView):
    """One link."""

    @needs(Right.SHARE)
    @blueprint.response(200, ShareView)
    def get(self, share_id: str) -> Any:
        """Show a link of one's own, any to an admin."""
        with context.reading() as session:
            return share_lists.one(session, share_id, actor=context.actor(), now=context.now())

    @needs(Right.SHARE)
    @blueprint.arguments(ShareChange)
    @blueprint.response(200, ShareView)
    def patch(self, changes: ShareChanges, share_id: str) -> Any:
        """Prolong, revoke, open again, protect or pin a link; it works from the next request on."""
        parts, actor, now = context.resources(), context.actor(), context.now()
        shares.change(parts.sessions, share_id, changes, actor=actor, now=now)
        with context.reading() as session:
            return share_lists.one(session, share_id, actor=actor, now=now)
