"""The synonyms: admins keep them, marketers see what joins in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.permissions import Right, allows, require
from content_map.services import synonyms
from content_map.web import forms
from content_map.web.speech import _

Page = str | tuple[str, int] | Response

blueprint = Blueprint("synonyms", __name__, url_prefix="/vocabulary/synonyms")


@blueprint.get("")
def index() -> Page:
    """List them. Raises NotAllowed."""
    return _page({})


@blueprint.post("")
def add() -> Page:
    """Add a pair."""
    errors = forms.attempt(_add)
    if errors:
        return _page(errors), 422
    flash(_("Added. Every search looks for both from now on."), "ok")
    return redirect(url_for("pages.synonyms.index"), 303)


@blueprint.post("/<synonym_id>")
def change(synonym_id: str) -> Page:
    """Let it count one way or both, or remove it."""
    errors = forms.attempt(lambda: _change(synonym_id))
    if errors:
        return _page(errors), 422
    flash(_("Saved. It counts from the next search on."), "ok")
    return redirect(url_for("pages.synonyms.index"), 303)


def _page(errors: dict[str, str]) -> str:
    require(context.actor(), Right.MANAGE_TERMS)
    with context.reading() as session:
        listed = synonyms.listed(session, actor=context.actor())
    return render_template(
        "vocabulary/synonyms.html",
        listed=listed,
        may_change=allows(context.actor(), Right.MANAGE_SYNONYMS),
        values=forms.typed("said", "means"),
        one_way=request.form.get("both_ways") == "false",
        errors=errors,
    )


def _add() -> None:
    with context.transaction() as session:
        synonyms.add(
            session,
            request.form.get("said", ""),
            request.form.get("means", ""),
            both_ways=request.form.get("both_ways") != "false",
            actor=context.actor(),
            now=context.now(),
        )


def _change(synonym_id: str) -> None:
    actor, now = context.actor(), context.now()
    with context.transaction() as session:
        match request.form.get("act"):
            case "remove":
                synonyms.remove(session, synonym_id, actor=actor, now=now)
            case "one_way" | "both_ways" as act:
                synonyms.change(session, synonym_id, both_ways=act == "both_ways", actor=actor, now=now)
