"""The asset page: looking at it, saying what was done with it, taking it along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.people import SALES_ROLES
from content_map.domain.permissions import Right, allows
from content_map.domain.usage import EventKind, OutcomeAnswer, Surface
from content_map.files import VERSION, send_download
from content_map.models import Asset
from content_map.services import accounts, assets, link_notes, more_like, searches, usage_reading, usage_shown
from content_map.web import copies, events, forms, uses, versions
from content_map.web.cards import card_of
from content_map.web.speech import _
from content_map.web.viewer import numbers_of, viewer_of

FUNNEL_LASTS = timedelta(days=90)
ACCOUNTS_OFFERED = 200
# Where an address may say that somebody came from.
_TELLING = {Surface.BROWSE.value, Surface.RECOMMENDATION.value}

Page = str | tuple[str, int] | tuple[Response, int] | Response

blueprint = Blueprint("assets", __name__, url_prefix="/assets")


@blueprint.get("/<asset_id>")
def page(asset_id: str) -> Page:
    """Show an asset; this is the open that counts."""
    search = request.args.get("search")
    with context.reading() as session:
        assets.get(session, asset_id, actor=context.actor(), now=context.now())
        rank = usage_shown.rank_served(session, search, asset_id, actor=context.actor())
    via = request.args.get("via")
    surface = Surface(via) if via in _TELLING and not rank else None
    events.record(EventKind.OPEN, asset_id, surface=surface, search=search if rank else None, rank=rank)
    return _asset_page(asset_id, None, {})


@blueprint.get("/<asset_id>/pages/<int:number>")
def turn(asset_id: str, number: int) -> Page:
    """Show another page of it; turning pages is not another open."""
    return _asset_page(asset_id, number, {})


@blueprint.get("/<asset_id>/download")
def download(asset_id: str) -> Response:
    """Send the original; recorded as a download."""
    version = request.args.get("version", type=int)
    return send_download(asset_id, version, account=None, surface=Surface.DIRECT)


@blueprint.post("/<asset_id>/use")
def log_use(asset_id: str) -> Page:
    """Log a use for a customer, or the honest answer that there was none."""
    errors = forms.attempt(lambda: events.send(uses.reported(asset_id)))
    if errors:
        return _asset_page(asset_id, None, uses.beside_fields(errors)), 422
    flash(_("Recorded. Thank you: this is what keeps good material alive."), "ok")
    if request.form.get("back") == "find":
        return redirect(url_for("pages.find.home"), 303)
    return redirect(url_for("pages.assets.turn", asset_id=asset_id, number=1, _anchor="use"), 303)


@blueprint.post("/<asset_id>/outcome")
def outcome(asset_id: str) -> Page:
    """Say what came of one use."""
    answer = forms.choice("outcome", OutcomeAnswer)
    events.send(uses.outcome_of(request.form.get("use", ""), answer))
    flash(_("The outcome is recorded."), "ok")
    return redirect(url_for("pages.assets.turn", asset_id=asset_id, number=1, _anchor="use"), 303)


@blueprint.post("/<asset_id>/feedback")
def feedback(asset_id: str) -> Page:
    """Tell marketing what is right or wrong with it."""
    errors = forms.attempt(lambda: events.send(uses.feedback_on(asset_id)))
    if errors:
        return _asset_page(asset_id, None, {"feedback": " ".join(errors.values())}), 422
    flash(_("Marketing sees this with your team and role."), "ok")
    return redirect(url_for("pages.assets.turn", asset_id=asset_id, number=1, _anchor="feedback"), 303)


@dataclass(frozen=True, slots=True)
class Fits:
    """How many of the situation's details the asset carries."""

    matched: int
    of: int


def _asset_page(asset_id: str, number: int | None, errors: dict[str, str]) -> Response:
    actor, now = context.actor(), context.now()
    search = request.values.get("search")
    matched_pages = request.args.get("matched")
    with context.reading() as session:
        asset = assets.get(session, asset_id, actor=actor, now=now)
        version = assets.version_of(session, asset, request.args.get("version", type=int))
        pages = assets.pages(session, version)
        same = copies.of(session, asset) if version.number == asset.version_number else ()
        served = usage_shown.rank_served(session, search, asset_id, actor=actor)
        stored = searches.own(session, search, actor=actor) if search and served else None
        account = (
            accounts.get(session, stored.account_id, actor=actor).name
            if stored and stored.account_id
            else None
        )
        chips = stored.recognised if stored else []
        wanted = {f"{chip['facet']}:{chip['term']}" for chip in chips if chip["term"] and not chip["negated"]}
        shown = {
            "funnel": usage_reading.funnel(session, asset_id, now - FUNNEL_LASTS, now, actor=actor, now=now),
            "notes": usage_shown.notes(session, asset_id),
            "my_uses": usage_shown.own_uses(session, asset_id, actor=actor),
            "versions": assets.versions(session, asset),
            "held": versions.held_of(session, asset),
            "link_check": link_notes.of_version(session, version.id),
            "successor": session.get(Asset, asset.successor_id) if asset.successor_id else None,
            "accounts": [
                each.name for each in accounts.listed(session, limit=ACCOUNTS_OFFERED, actor=actor).items
            ],
        }
    alike = more_like.similar(context.resources().finder, asset_id, actor=actor, now=now)
    card = card_of(asset, matched=wanted)
    carried = {tag.term.full_key for tag in asset.terms}
    older = version.number if version.number != asset.version_number else None
    given = {"search": search, "matched": matched_pages, "version": older}
    where = {key: value for key, value in given.items() if value}
    viewer = viewer_of(
        asset,
        version,
        pages,
        number,
        answering=numbers_of(matched_pages),
        endpoint="pages.assets.turn",
        **where,
    )
    page = render_template(
        "assets/page.html",
        asset=card,
        shown=version,
        current=asset.current,
        is_old=older is not None,
        copies=copies.shown(asset, same),
        also_in=copies.also_in(same, viewer.number),
        similar=[(card_of(each.asset, surface=Surface.RECOMMENDATION), each.shared) for each in alike],
        trail=_trail(search if served else None),
        viewer=viewer,
        fits=Fits(len(wanted & carried), len(wanted)) if wanted else None,
        search_id=search if served else None,
        rank=served,
        errors=errors,
        use=uses.typed(asset, account or request.args.get("account")),
        may_edit=allows(actor, Right.EDIT_ASSET),
        may_log_use=actor.role in SALES_ROLES,
        **shown,
    )
    return make_response(page, {VERSION: str(version.number)})


def _trail(search: str | None) -> list[tuple[str, str]]:
    if search:
        return [
            (_("Find"), url_for("pages.find.home")),
            (_("Results"), url_for("pages.find.results", search_id=search)),
        ]
    return [(_("Library"), url_for("pages.library.index"))]
