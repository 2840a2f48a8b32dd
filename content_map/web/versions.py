"""An asset's files over time: the list of them, and one brought back."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.permissions import Right, allows
from content_map.domain.usage import Surface
from content_map.domain.versions import NOTE_CHARACTERS, Change
from content_map.errors import Invalid, TooLarge
from content_map.models import Asset
from content_map.services import holders, library, versions
from content_map.services.holders import Holders
from content_map.services.zipping import ASSETS_AT_MOST
from content_map.web import bulk_form, forms
from content_map.web.cards import card_of
from content_map.web.speech import _, ngettext
from content_map.zips import send_zip

Page = str | tuple[str, int] | Response

blueprint = Blueprint("versions", __name__, url_prefix="/assets")


@blueprint.get("/<asset_id>/versions")
def index(asset_id: str) -> Page:
    """List the versions, and who holds an old one."""
    actor, now = context.actor(), context.now()
    may_edit = allows(actor, Right.EDIT_ASSET)
    with context.reading() as session:
        asset, found = versions.recorded(session, asset_id, actor=actor, now=now)
        held = held_of(session, asset)
    return render_template(
        "assets/versions.html",
        asset=card_of(asset),
        versions=found,
        held=held,
        may_edit=may_edit,
        errors={},
    )


@blueprint.post("/<asset_id>/versions/<int:number>/restore")
def restore(asset_id: str, number: int) -> Page:
    """Bring an earlier version back as a new one."""
    errors = forms.attempt(lambda: _restore(asset_id, number))
    if errors:
        flash(" ".join(errors.values()), "error")
    else:
        flash(_("Version %(n)s is back as the newest one; search knows its pages.", n=number), "ok")
    return redirect(url_for("pages.versions.index", asset_id=asset_id), 303)


@blueprint.post("/<asset_id>/holders/tell")
def tell(asset_id: str) -> Page:
    """Tell everybody who holds an old version."""
    told = 0

    def act() -> None:
        nonlocal told
        with context.transaction() as session:
            told = holders.tell(session, asset_id, actor=context.actor(), now=context.now())

    errors = forms.attempt(act)
    said = holders.said_of(told, _people())
    if errors:
        flash(" ".join(errors.values()), "error")
    elif said is None:
        flash(_("Everybody who holds an old version finds a message."), "ok")
    elif said == 0:
        flash(_("Everybody who holds an old version was told before."), "ok")
    else:
        flash(ngettext("%(num)s person finds a message.", "%(num)s people find a message.", said), "ok")
    return redirect(url_for("pages.versions.index", asset_id=asset_id, _anchor="holders"), 303)


@blueprint.post("/zip")
def send_selection() -> Page:
    """Send the originals of the ticked assets, or of all that fit the filter, as one zip."""
    try:
        return send_zip(_ticked(), {}, surface=Surface.BROWSE)
    except (Invalid, TooLarge) as refusal:
        flash(refusal.detail, "error")
    return redirect(forms.own_path(request.form.get("back"), url_for("pages.library.index")), 303)


def _ticked() -> Sequence[str]:
    chosen = bulk_form.selection()
    if chosen.filter is None:
        return chosen.ids
    with context.reading() as session:
        return library.ids(
            session,
            chosen.filter,
            # One more than a zip holds: then it is refused, and says so.
            limit=ASSETS_AT_MOST + 1,
            today=chosen.today,
            actor=context.actor(),
            now=context.now(),
        )


def held_of(session: Session, asset: Asset) -> Holders | None:
    """Say who holds an old version; None for who may not know, and while there is no old one."""
    actor = context.actor()
    if asset.version_number == 1 or not allows(actor, Right.EDIT_ASSET):
        return None
    return holders.holders(session, asset.id, people_in_reports=_people(), actor=actor, now=context.now())


def typed_change() -> Change:
    """Read how much changed; a lot unless it says otherwise. Raises Invalid."""
    return forms.choice("change", Change) or Change.MAJOR


def typed_note() -> str | None:
    """Read what changed. Raises Invalid."""
    note = forms.text("note")
    if note is not None and len(note) > NOTE_CHARACTERS:
        raise Invalid.field("/note", _("At most %(n)s characters, please.", n=NOTE_CHARACTERS))
    return note


def _restore(asset_id: str, number: int) -> None:
    with context.transaction() as session:
        versions.restore(
            session,
            asset_id,
            number,
            change=typed_change(),
            note=typed_note(),
            actor=context.actor(),
            now=context.now(),
        )


def _people() -> str:
    return context.resources().settings.people_in_reports
