"""Upload and tag: files come in as drafts, each for itself."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from content_map import context
from content_map.errors import ContentMapError, NotAllowed
from content_map.files import stream_of
from content_map.services import adding
from content_map.web import upload_page
from content_map.web.speech import _, ngettext

Page = str | tuple[str, int] | Response

blueprint = Blueprint("uploads", __name__, url_prefix="/upload")


@blueprint.get("")
def page() -> Page:
    """Show the queue and the form of the chosen file."""
    return upload_page.render(request.args.get("asset"), {})


@blueprint.post("")
def receive() -> Page:
    """Take files from a browser without JavaScript, several at once."""
    stored = [asset_id for file in request.files.getlist("file") if (asset_id := _take(file)) is not None]
    if stored:
        flash(
            ngettext(
                "%(num)s file is stored as a draft.", "%(num)s files are stored as drafts.", len(stored)
            ),
            "ok",
        )
    return redirect(url_for("pages.uploads.page", asset=stored[0] if stored else None), 303)


def _take(file: FileStorage) -> str | None:
    """Store one file; a refused one is told and does not stop the others. Raises NotAllowed."""
    parts = context.resources()
    try:
        asset = adding.add(
            parts.sessions,
            parts.store,
            *stream_of(file),
            {},
            limit_bytes=parts.settings.upload_limit_bytes,
            actor=context.actor(),
            now=context.now(),
        )
    except NotAllowed:
        raise
    except ContentMapError as refusal:
        flash(_("%(name)s: %(why)s", name=file.filename, why=refusal.detail), "error")
        return None
    return asset.id
