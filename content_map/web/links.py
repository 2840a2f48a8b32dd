"""Pasting the address of a web page: it becomes a draft as a file does."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from content_map import context
from content_map.errors import Conflict, Invalid
from content_map.services import links
from content_map.web import forms, upload_page
from content_map.web.speech import _

FIELD = "url"
TWIN = "twin"

Page = str | tuple[str, int] | Response

blueprint = Blueprint("links", __name__, url_prefix="/upload/link")


@blueprint.post("")
def add() -> Page:
    """Make a draft of the pasted address; a refusal is told beside the field, with what was typed."""
    try:
        with context.transaction() as session:
            asset = links.create(
                session,
                forms.text(FIELD) or "",
                {},
                allow_duplicate=request.form.get("allow_duplicate") == "true",
                actor=context.actor(),
                now=context.now(),
            )
    except Invalid as refusal:
        return upload_page.render(None, {FIELD: refusal.detail}), 422
    except Conflict as refusal:
        twin = cast("dict[str, str]", refusal.facts["twin"])
        return upload_page.render(None, {FIELD: refusal.detail, TWIN: twin["id"]}), 409
    flash(_("The link is stored as a draft; its words are read in a moment."), "ok")
    return redirect(url_for("pages.uploads.page", asset=asset.id), 303)
