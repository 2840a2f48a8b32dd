"""The asset page: looking at it, and taking it along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.people import SALES_ROLES
from content_map.domain.permissions import Right, allows
from content_map.domain.usage import EventKind, Surface
from content_map.files import VERSION, send_download
from content_map.models import Asset
from content_map.services import (
    accounts,
    assets,
    link_notes,
    more_like,
    outcome_questions,
    share_lists,
    usage_reading,
    usage_shown,
)
from content_map.web import copies, events, use_forms, versions
from content_map.web.cards import card_of
from content_map.web.speech import _
from content_map.web.viewer import numbers_of, viewer_of

FUNNEL_LASTS = timedelta(days=90)
ACCOUNTS_OFFERED = 200
# Where an address may say that somebody came from.
_TELLING = {Surface.BROWSE.value, Surface.RECOMMENDATION.value}

Page = str | Response

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
    return _asset_page(asset_id, None)


@blueprint.get("/<asset_id>/pages/<int:number>")
def turn(asset_id: str, number: int) -> Page:
    """Show another page of it; turning pages is not another open."""
    return _asset_page(asset_id, number)


@blueprint.get("/<asset_id>/download")
def download(asset_id: str) -> Response:
    """Send the original; recorded as a download."""
    version = request.args.get("version", type=int)
    return send_download(asset_id, version, account=None, surface=Surface.DIRECT)


@dataclass(frozen=True, slots=True)
class Fits:
    """How many of the situation's details the asset carries."""

    matched: int
    of: int


def _asset_page(asset_id: str, number: int | None) -> Response:
    actor, now = context.actor(), context.now()
    search = request.values.get("search")
    matched_pages = request.args.get("matched")
    with context.reading() as session:
        asset = assets.get(session, asset_id, actor=actor, now=now)
        version = assets.version_of(session, asset, request.args.get("version", type=int))
        pages = assets.pages(session, version)
        same = copies.of(session, asset) if version.number == asset.version_number else ()
        place = use_forms.place_of(session, search, asset_id, actor=actor)
        wanted = {
            f"{chip['facet']}:{chip['term']}" for chip in place.chips if chip["term"] and not chip["negated"]
        }
        shown = {
            "funnel": usage_reading.funnel(session, asset_id, now - FUNNEL_LASTS, now, actor=actor, now=now),
            "notes": usage_shown.notes(
                session, asset_id, people_in_reports=context.resources().settings.people_in_reports
            ),
            "my_uses": usage_shown.own_uses(session, asset_id, actor=actor, now=now),
            "outcomes": outcome_questions.of_asset(session, asset_id, actor=actor, now=now),
            "versions": assets.versions(session, asset),
            "held": versions.held_of(session, asset),
            "links_out": share_lists.links_out(session, asset, actor=actor, now=now),
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
        trail=_trail(place.search),
        viewer=viewer,
        fits=Fits(len(wanted & carried), len(wanted)) if wanted else None,
        place=place,
        values=use_forms.likely(asset, place),
        may_edit=allows(actor, Right.EDIT_ASSET),
        counts=actor.role in SALES_ROLES,
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
