"""The library: a table with filters, and what is done to many assets at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.assets import State, Status
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor
from content_map.domain.permissions import Right, allows
from content_map.services import assets, library, usage_shown, users
from content_map.services.asset_changes import AssetChanges
from content_map.services.library import LibraryFilter
from content_map.web import asset_form, forms
from content_map.web.cards import cards_of
from content_map.web.speech import _, ngettext

USED_WITHIN = timedelta(days=90)
NEEDS_TAGGING, REVIEW_DUE, LIVE = "needs-tagging", "review-due", "live"

Page = str | tuple[str, int] | Response

blueprint = Blueprint("library", __name__, url_prefix="/library")


@dataclass(frozen=True, slots=True)
class Tab:
    """A state of the library and how many are in it; `count` None where nobody counted."""

    name: str
    count: int | None
    url: str
    on: bool


@blueprint.get("")
def index() -> Page:
    """List what the actor may know of."""
    actor, now = context.actor(), context.now()
    given = {key: value for key, value in request.args.items() if value and key != "cursor"}
    wanted = _filter(given)
    with context.reading() as session:
        found = library.listed(session, wanted, cursor=request.args.get("cursor"), actor=actor, now=now)
        counts = library.counts(session, actor=actor, now=now)
        ids = [asset.id for asset in found.items]
        usage = usage_shown.counts(session, ids, since=now - USED_WITHIN)
        cards = cards_of(session, found.items, usage=usage, surface="browse")
        may_edit = allows(actor, Right.EDIT_ASSET)
        owners = users.may_own(session) if may_edit else ()
        facets = asset_form.facets_of(session) if may_edit else ()
    return render_template(
        "library/index.html",
        assets=cards,
        counts=counts,
        tabs=_tabs(counts, given.get("status", "")),
        filters=given,
        filtered=bool(given),
        owners=owners,
        facets=facets,
        may_edit=may_edit,
        shown=ngettext("%(num)s shown", "%(num)s shown", len(cards)),
        next_url=_address({**given, "cursor": found.next}) if found.next else None,
        first_url=_address(given) if request.args.get("cursor") else None,
        back_url=request.full_path.rstrip("?"),
        here_conversation=given.get("conversation"),
    )


@blueprint.post("/bulk")
def bulk() -> Page:
    """Do one thing to every ticked asset, all or none; whatever is not named stays as it is."""
    ids = list(dict.fromkeys(request.form.getlist("asset")))
    back = forms.own_path(request.form.get("back"), url_for("pages.library.index"))
    errors = forms.attempt(lambda: _change_all(ids, context.actor()))
    if errors:
        flash(" ".join(errors.values()), "error")
    elif ids:
        flash(ngettext("%(num)s asset is changed.", "%(num)s assets are changed.", len(ids)), "ok")
    else:
        flash(_("Tick the assets first."), "error")
    return redirect(back, 303)


def _change_all(ids: list[str], actor: Actor) -> None:
    conversation = forms.choice("conversation", Conversation)
    with context.transaction() as session:
        for asset_id in ids:
            asset = assets.get(session, asset_id, actor=actor, now=context.now())
            carried = [tag.term.full_key for tag in asset.terms]
            assets.change(session, asset_id, _changes(conversation, carried), actor=actor, now=context.now())


def _changes(conversation: Conversation | None, carried: list[str]) -> AssetChanges:
    if conversation is not None:
        return {"conversation": conversation}
    match request.form.get("act"), forms.text("add_term"):
        case "publish", _:
            return {"status": Status.PUBLISHED}
        case "retire", _:
            return {"status": Status.ARCHIVED}
        case "add_term", str(term):
            return {"terms": list(dict.fromkeys([*carried, term]))}
    return {}


def _address(given: dict[str, str]) -> str:
    return f"{url_for('pages.library.index')}?{urlencode(given)}"


def _filter(given: dict[str, str]) -> LibraryFilter:
    status = given.get("status", "")
    stored = {"draft": Status.DRAFT, "archived": Status.ARCHIVED, LIVE: Status.PUBLISHED}
    return LibraryFilter(
        conversation=forms.one_of("conversation", given.get("conversation"), Conversation),
        status=stored.get(status),
        state=State.FAILED if status == "failed" else forms.one_of("state", given.get("state"), State),
        owner=given.get("owner"),
        text=given.get("q"),
        needs_tagging=status == NEEDS_TAGGING,
        review_due_by=context.now() if status == REVIEW_DUE else None,
    )


def _tabs(counts: dict[str, int], on: str) -> list[Tab]:
    if "draft" not in counts:
        return []
    named = [
        ("", _("All"), None),
        (LIVE, _("Live"), counts["live"]),
        (NEEDS_TAGGING, _("Needs tagging"), counts["needs_tagging"]),
        ("draft", _("Drafts"), counts["draft"]),
        (REVIEW_DUE, _("Review due"), None),
        ("failed", _("Could not be read"), counts["failed"]),
        ("archived", _("Retired"), counts["archived"]),
    ]
    return [
        Tab(name, count, url_for("pages.library.index", status=key or None), key == on)
        for key, name, count in named
    ]
