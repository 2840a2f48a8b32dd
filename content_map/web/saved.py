"""Kept situations: saved from results, asked again, renamed, watched, removed."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from content_map import context
from content_map.services import finding, saved_searches
from content_map.services.saved_searches import SavedChanges
from content_map.web import forms
from content_map.web.speech import _

Page = str | tuple[str, int] | Response

blueprint = Blueprint("saved", __name__, url_prefix="/saved")


@blueprint.get("")
def index() -> Page:
    """List one's own, each with what came since."""
    return _page({}, None)


@blueprint.post("")
def save() -> Page:
    """Keep the situation of one's own `search`, and go back to its results."""
    search_id = request.form.get("search", "")
    errors = forms.attempt(lambda: _save(search_id))
    if errors:
        flash(" ".join(errors.values()), "error")
    else:
        flash(_("Saved: it is listed on Find. You hear here when something new fits."), "ok")
    return redirect(url_for("pages.find.results", search_id=search_id), 303)


@blueprint.post("/<saved_id>")
def change(saved_id: str) -> Page:
    """Rename one, or turn its alerts on or off."""
    errors = forms.attempt(lambda: _change(saved_id))
    if errors:
        return _page(errors, saved_id), 422
    return redirect(url_for("pages.saved.index", _anchor=f"kept-{saved_id}"), 303)


@blueprint.post("/<saved_id>/ask")
def ask_again(saved_id: str) -> Page:
    """Ask it again, as a search of now."""
    with context.reading() as session:
        situation = saved_searches.to_ask(
            context.resources().finder, session, saved_id, actor=context.actor()
        )
    found = finding.find(
        context.resources().finder, situation, explore=True, actor=context.actor(), now=context.now()
    )
    return redirect(url_for("pages.find.results", search_id=found.id), 303)


@blueprint.post("/<saved_id>/remove")
def remove(saved_id: str) -> Page:
    """Keep it no longer."""
    with context.transaction() as session:
        saved_searches.remove(session, saved_id, actor=context.actor(), now=context.now())
    flash(_("Removed. Nothing else changed."), "ok")
    return redirect(url_for("pages.saved.index"), 303)


def _save(search_id: str) -> None:
    actor = context.actor()
    with context.reading() as session:
        situation = saved_searches.from_search(session, search_id, actor=actor)
    saved_searches.save(
        context.resources().finder, situation, forms.text("name"), actor=actor, now=context.now()
    )


def _change(saved_id: str) -> None:
    changes: SavedChanges = {}
    if "name" in request.form:
        changes["name"] = request.form["name"]
    if "alerts" in request.form:
        changes["alerts"] = request.form["alerts"] == "on"
    with context.transaction() as session:
        saved_searches.change(session, saved_id, changes, actor=context.actor(), now=context.now())


def _page(errors: dict[str, str], errors_for: str | None) -> str:
    with context.reading() as session:
        found = saved_searches.listed(session, actor=context.actor(), now=context.now())
    return render_template(
        "saved/index.html",
        saved=found,
        errors=errors,
        errors_for=errors_for,
        typed=forms.typed("name") if errors else {},
    )
