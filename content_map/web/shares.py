"""Links for customers: the sheet that makes one, the list of one's own, and taking one back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.assets import Audience
from content_map.domain.people import SALES_ROLES, Role
from content_map.domain.permissions import Right, allows
from content_map.domain.shares import PASSWORD_CHARACTERS
from content_map.services import accounts, share_lists, share_offers, shares
from content_map.services.share_lists import Listed
from content_map.web import forms, said, share_forms, use_forms
from content_map.web.cards import Card
from content_map.web.speech import _

ACCOUNTS_OFFERED = 200

Page = str | tuple[str, int] | Response

blueprint = Blueprint("shares", __name__, url_prefix="/shares")


@blueprint.get("")
def index() -> Page:
    """List one's own links, or everybody's for an admin."""
    everybodys, asset = request.args.get("everybodys") == "1", request.args.get("asset")
    cursor = request.args.get("cursor")
    with context.reading() as session:
        listed = share_lists.listed(
            session,
            everybodys=everybodys,
            asset=asset,
            cursor=cursor,
            actor=context.actor(),
            now=context.now(),
        )
    where = {"everybodys": "1" if everybodys else None, "asset": asset}
    return render_template(
        "shares/index.html",
        shares=listed.items,
        everybodys=everybodys,
        may_see_all=context.actor().role is Role.ADMIN,
        here=url_for("pages.shares.index", **where),  # type: ignore[arg-type]
        next_url=url_for("pages.shares.index", cursor=listed.next, **where) if listed.next else None,  # type: ignore[arg-type]
        first_url=url_for("pages.shares.index", **where) if cursor else None,  # type: ignore[arg-type]
    )


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Page:
    """Ask for whom it is; a form may post what it ticked."""
    return _sheet({})


@blueprint.post("")
def make() -> Page:
    """Make the link and show it, once."""
    made: list[tuple[str, str | None]] = []
    parts, actor, now = context.resources(), context.actor(), context.now()
    errors = forms.attempt(
        lambda: made.append(shares.make(parts.sessions, share_forms.wish(), actor=actor, now=now))
    )
    if errors:
        return _sheet(share_forms.beside_fields(errors))
    share_id, token = made[0]
    with context.reading() as session:
        share = share_lists.one(session, share_id, actor=actor, now=now)
    return render_template(
        "shares/made.html",
        share=share,
        url=f"{parts.settings.base_url}/s/{token}" if token else None,
        back=said.back(),
        counts=actor.role in SALES_ROLES,
    )


@blueprint.get("/<share_id>/change")
def change_form(share_id: str) -> Page:
    """Ask what to change."""
    return _change_sheet(share_id, {})


@blueprint.post("/<share_id>/change")
def change(share_id: str) -> Page:
    """Prolong, protect or pin it."""
    parts, actor, now = context.resources(), context.actor(), context.now()
    errors = forms.attempt(
        lambda: shares.change(parts.sessions, share_id, share_forms.changes(), actor=actor, now=now)
    )
    if errors:
        return _change_sheet(share_id, share_forms.beside_fields(errors))
    flash(_("Changed. The link itself stays as you sent it."), "ok")
    return redirect(said.back(), 303)


@blueprint.post("/<share_id>/revoke")
def revoke(share_id: str) -> Page:
    """Take it back at once; it can be opened again."""
    _set_revoked(share_id, revoked=True)
    flash(_("Taken back: whoever opens the link is told that it has ended. You can open it again."), "ok")
    return redirect(said.back(), 303)


@blueprint.post("/<share_id>/reopen")
def reopen(share_id: str) -> Page:
    """Let it work again."""
    _set_revoked(share_id, revoked=False)
    flash(_("The link works again, for as long as it was meant to."), "ok")
    return redirect(said.back(), 303)


@blueprint.app_context_processor
def _context() -> dict[str, object]:
    """Let every page ask whether it may offer to share an asset."""
    return {"may_share": _may_share}


def _may_share(card: Card) -> bool:
    is_open = card.audience is Audience.CUSTOMER and card.shown_status == "live"
    return is_open and allows(context.actor(), Right.SHARE)


def _set_revoked(share_id: str, *, revoked: bool) -> None:
    shares.change(
        context.resources().sessions,
        share_id,
        {"revoked": revoked},
        actor=context.actor(),
        now=context.now(),
    )


def _sheet(errors: dict[str, str]) -> Response:
    actor, now = context.actor(), context.now()
    ids = request.values.getlist("asset")
    search = request.values.get("search") or None
    # A form that came back ticks some of what was offered beside the first.
    first = ids[:1] if search else ids
    with context.reading() as session:
        chosen = share_offers.chosen(session, first, actor=actor, now=now)
        along = share_offers.send_along(session, search, first, actor=actor, now=now)
        place = use_forms.place_of(session, search, first[0], actor=actor)
        offered = accounts.listed(session, limit=ACCOUNTS_OFFERED, actor=actor).items
    return said.sheet(
        "shares/new.html",
        errors,
        chosen=chosen,
        along=along,
        ticked=frozenset(ids[1:]),
        place=place,
        values=share_forms.typed(place.account),
        accounts=[each.name for each in offered],
        password_characters=PASSWORD_CHARACTERS,
        counts=actor.role in SALES_ROLES,
    )


def _change_sheet(share_id: str, errors: dict[str, str]) -> Response:
    with context.reading() as session:
        share = share_lists.one(session, share_id, actor=context.actor(), now=context.now())
    return said.sheet(
        "shares/change.html",
        errors,
        share=share,
        values=_kept(share),
        password_characters=PASSWORD_CHARACTERS,
    )


def _kept(share: Listed) -> dict[str, str]:
    until = share_forms.day_of(share.expires_at).isoformat()
    return {
        "until": request.form.get("until", until),
        "version": request.form.get("version", str(share.version or shares.LATEST)),
    }
