"""Tagging and changing an asset, from the upload page or from its own edit page."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.assets import Status
from content_map.domain.permissions import Right, require
from content_map.files import stream_of
from content_map.services import adding, assets, suggestions
from content_map.web import asset_form, conflicts, forms, upload_page, versions
from content_map.web.cards import card_of
from content_map.web.formats import moment
from content_map.web.speech import _

Page = str | tuple[str, int] | Response

blueprint = Blueprint("editing", __name__, url_prefix="/assets")

_LIVES = {"retire": Status.ARCHIVED, "restore": Status.DRAFT, "unpublish": Status.DRAFT}


@blueprint.get("/<asset_id>/edit")
def edit(asset_id: str) -> Page:
    """Show the form. Raises NotAllowed, NotFound."""
    return _edit_page(asset_id, {})


@blueprint.post("/<asset_id>/edit")
def change(asset_id: str) -> Page:
    """Save what was typed; “publish” publishes too, and the acts that only fill the form save nothing."""
    uploading = request.form.get("from") == "upload"
    shown = upload_page.render if uploading else _edit_page
    if request.form.get("act") in (asset_form.ACCEPT_FOUND, asset_form.NARROW):
        return shown(asset_id, {})
    errors = forms.attempt(lambda: _save(asset_id))
    if errors:
        return shown(asset_id, errors), 412 if forms.STALE in errors else 422
    act = request.form.get("act")
    flash(_saved(act, asset_id), "ok")
    if uploading:
        following = upload_page.next_to_tag(asset_id) if act == "publish" else asset_id
        return redirect(url_for("pages.uploads.page", asset=following), 303)
    return redirect(url_for("pages.assets.turn", asset_id=asset_id, number=1), 303)


@blueprint.post("/<asset_id>/versions")
def new_version(asset_id: str) -> Page:
    """Put a new file under the same asset."""
    try:
        _replace(asset_id)
    except forms.REFUSALS as refusal:
        said = {"file": next(iter(forms.errors_of(refusal).values()))}
        twin = refusal.facts.get("twin")
        return _edit_page(asset_id, {**said, "twin": twin["id"]} if isinstance(twin, dict) else said), 422
    flash(_("The new version is stored and being read."), "ok")
    return redirect(url_for("pages.assets.turn", asset_id=asset_id, number=1), 303)


@blueprint.post("/<asset_id>/life")
def life(asset_id: str) -> Page:
    """Retire it, bring it back, or take it back to draft."""
    status = _LIVES[request.form["act"]] if request.form.get("act") in _LIVES else None
    if status is not None:
        with context.transaction() as session:
            assets.change(session, asset_id, {"status": status}, actor=context.actor(), now=context.now())
        flash(_retired() if status is Status.ARCHIVED else _("It is a draft now."), "ok")
    return redirect(url_for("pages.editing.edit", asset_id=asset_id), 303)


def _save(asset_id: str) -> None:
    changes = asset_form.read()
    revision = asset_form.seen_revision()
    with context.transaction() as session:
        asset = assets.get(session, asset_id, actor=context.actor(), now=context.now())
        chosen = conflicts.settled(changes, asset)
        assets.change(session, asset_id, chosen, if_match=revision, actor=context.actor(), now=context.now())
        suggestions.dismiss(
            session, asset_id, asset_form.dismissed(), actor=context.actor(), now=context.now()
        )


def _saved(act: str | None, asset_id: str) -> str:
    if act == "retire":
        return _retired()
    if act != "publish":
        return _("Saved.")
    with context.reading() as session:
        asset = assets.get(session, asset_id, actor=context.actor(), now=context.now())
    if asset.publish_at is not None and asset.publish_at > context.now():
        return _("Scheduled. Reps can find it from %(when)s.", when=moment(asset.publish_at))
    return _("Published. Reps can find it within seconds.")


def _retired() -> str:
    return _("Retired. Reps no longer find it; its history stays.")


def _replace(asset_id: str) -> None:
    parts = context.resources()
    adding.add_version(
        parts.sessions,
        parts.store,
        asset_id,
        *stream_of(request.files["file"]),
        kind_of_change=versions.typed_change(),
        note=versions.typed_note(),
        allow_duplicate=request.form.get("allow_duplicate") == "true",
        limit_bytes=parts.settings.upload_limit_bytes,
        actor=context.actor(),
        now=context.now(),
    )


def _edit_page(asset_id: str, errors: dict[str, str]) -> str:
    require(context.actor(), Right.EDIT_ASSET)
    with context.reading() as session:
        asset = assets.get(session, asset_id, actor=context.actor(), now=context.now())
        form = asset_form.filled(session, asset, errors)
    return render_template("assets/edit.html", asset=card_of(asset), errors=errors, from_page="edit", **form)
