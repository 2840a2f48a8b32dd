"""Find: the situation asked, the results as a list beside a preview, and going on from where one was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.conversations import CONVERSATIONS, Conversation
from content_map.domain.people import SALES_ROLES
from content_map.domain.situations import Situation
from content_map.domain.usage import EventKind
from content_map.files import VERSION
from content_map.services import (
    account_handles,
    accounts,
    assets,
    finding,
    library,
    outcome_questions,
    saved_searches,
    usage_reading,
    usage_shown,
)
from content_map.services.answers import Found
from content_map.services.closer import look_closer
from content_map.web import events, forms, use_forms
from content_map.web.cards import card_of
from content_map.web.result_rows import jumps_of
from content_map.web.results import Answer, answer_of
from content_map.web.situation_form import situation_asked
from content_map.web.speech import _
from content_map.web.suggesting import chosen_of
from content_map.web.viewer import numbers_of, viewer_of

NEW_FOR = timedelta(days=30)
LEAST_CHARACTERS = 3
ACCOUNTS_OFFERED = 200
SAVED_SHOWN = 5

Page = str | tuple[str, int] | Response

blueprint = Blueprint("find", __name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands in the boxes; `account` is a name."""

    situation: str = ""
    account: str | None = None
    prefer: str | None = None


@blueprint.get("/")
def home() -> Page:
    """Ask for a situation, or start from a conversation or from where one left off."""
    return _home(Asked(), {})


@blueprint.get("/find")
def prefilled() -> Page:
    """Begin with the customer and purpose that another system's address names; nothing is asked or kept yet."""
    notices: list[str] = []
    handle, key = request.args.get("account"), request.args.get("conversation")
    name = None
    if handle:
        with context.reading() as session:
            account = account_handles.find(session, handle, actor=context.actor())
        name = account.name if account else None
    if handle and name is None:
        notices.append(_("No customer with this id is known here. Write the name instead."))
    if key and key not in set(Conversation):
        notices.append(_("This address names none of the five conversations. Choose one below."))
    return _home(Asked(account=name, prefer=key if key in set(Conversation) else None), {}, notices)


@blueprint.post("/find")
def search() -> Page:
    """Answer a situation and keep the search; `open` goes straight on to an asset of the answer."""
    found: list[Found] = []
    errors = forms.attempt(lambda: found.append(_ask(situation_asked(draft=False))))
    if errors and request.headers.get("HX-Request"):
        return " ".join(errors.values()), 422
    if errors:
        return _home(
            Asked(request.form.get("situation", ""), forms.text("account"), forms.text("prefer")), errors
        ), 422
    chosen = next((hit for hit in found[0].hits if hit.asset.id == request.form.get("open")), None)
    if chosen is not None:
        address = url_for("pages.assets.page", asset_id=chosen.asset.id, search=found[0].id)
        return redirect(address, 303)
    if request.headers.get("HX-Request"):
        return render_template("find/_list.html", search=_shown(found[0]), preview=None)
    return redirect(url_for("pages.find.results", search_id=found[0].id), 303)


@blueprint.post("/find/draft")
def draft() -> Page:
    """Answer what stands in the box so far; nothing is stored."""
    if len(request.form.get("situation", "").strip()) < LEAST_CHARACTERS:
        return "", 204
    found: list[Found] = []
    errors = forms.attempt(lambda: found.append(_ask(situation_asked(draft=True))))
    if errors:
        return " ".join(errors.values()), 422
    return render_template("find/_list.html", search=_shown(found[0]), preview=None)


@blueprint.get("/find/<search_id>")
def results(search_id: str) -> Page:
    """Show one's own search again: what it served, in its order."""
    found = finding.find_again(
        context.resources().finder, search_id, actor=context.actor(), now=context.now()
    )
    return render_template(
        "find/results.html",
        search=_shown(found),
        ask=_asked(found.situation),
        accounts=_accounts(),
        preview=None,
    )


@blueprint.post("/find/<search_id>/more")
def more(search_id: str) -> Page:
    """Serve the next part of a search and show it from there."""
    found = finding.find_more(
        context.resources().finder,
        request.form.get("cursor", ""),
        actor=context.actor(),
        now=context.now(),
    )
    first = f"hit-{found.hits[0].asset.id}" if found.hits else None
    return redirect(url_for("pages.find.results", search_id=search_id, _anchor=first), 303)


@blueprint.get("/find/<search_id>/preview/<asset_id>")
def preview(search_id: str, asset_id: str) -> Page:
    """Show an asset beside the list; asked for by a person, so it counts as an open."""
    matched = request.args.get("matched")
    if not request.headers.get("HX-Request"):
        return redirect(
            url_for("pages.assets.page", asset_id=asset_id, search=search_id, matched=matched), 303
        )
    actor, now = context.actor(), context.now()
    with context.reading() as session:
        asset = assets.get(session, asset_id, actor=actor, now=now)
        pages = assets.pages(session, asset.current)
        place = use_forms.place_of(session, search_id, asset_id, actor=actor)
    if request.args.get("turned") is None:
        events.record(EventKind.OPEN, asset_id, search=place.search, rank=place.rank)
    hit = look_closer(context.resources().finder, search_id, asset_id, actor=actor, now=now)
    where: dict[str, str | int] = {
        "search_id": search_id,
        "turned": 1,
        **({"matched": matched} if matched else {}),
    }
    viewer = viewer_of(
        asset,
        asset.current,
        pages,
        request.args.get("number", type=int),
        answering=numbers_of(matched),
        endpoint="pages.find.preview",
        **where,
    )
    pane = render_template(
        "find/_pane.html",
        preview=card_of(asset, search=search_id, matched_pages=matched),
        viewer=viewer,
        jumps=jumps_of(hit, viewer.number, **where) if hit else (),
        reasons=hit.why if hit else (),
        place=place,
        counts=actor.role in SALES_ROLES,
        back=url_for("pages.find.results", search_id=search_id, _anchor=f"hit-{asset_id}"),
    )
    return make_response(pane, {VERSION: str(asset.version_number)})


def _ask(situation: Situation) -> Found:
    return finding.find(
        context.resources().finder, situation, explore=True, actor=context.actor(), now=context.now()
    )


def _shown(found: Found) -> Answer:
    with context.reading() as session:
        return answer_of(session, found)


def _asked(situation: Situation) -> Asked:
    name = None
    if situation.account:
        with context.reading() as session:
            name = accounts.get(session, situation.account, actor=context.actor()).name
    return Asked(situation.text, name, situation.prefer)


def _accounts() -> list[str]:
    with context.reading() as session:
        listed = accounts.listed(session, limit=ACCOUNTS_OFFERED, actor=context.actor())
        return [account.name for account in listed.items]


@dataclass(frozen=True, slots=True)
class ConversationCount:
    """One of the five on the strip."""

    number: int
    key: Conversation
    name: str
    question: str
    asset_count: int
    new_count: int


def _home(ask: Asked, errors: dict[str, str], notices: Sequence[str] = ()) -> str:
    zone = context.resources().settings.zone
    actor, now = context.actor(), context.now()
    with context.reading() as session:
        live = library.live_by_conversation(session, now=now)
        new = usage_shown.new_by_conversation(session, since=now - NEW_FOR)
        past = usage_reading.recent_situations(session, actor=actor)
        done = usage_shown.of_searches(session, [each.search_id for each in past])
        saved = saved_searches.listed(session, limit=SAVED_SHOWN, actor=actor, now=now)
        questions = usage_reading.did_you_use(session, actor=actor, now=now)
        outcomes = outcome_questions.due(session, zone=zone, actor=actor, now=now)
    five = [
        ConversationCount(each.number, each.key, each.name, each.question, live[each.key], new[each.key])
        for each in CONVERSATIONS
    ]
    return render_template(
        "find/home.html",
        ask=ask,
        errors=errors,
        notices=notices,
        five=five,
        past=past,
        done=done,
        saved=saved,
        chosen=chosen_of(request.form.getlist("term")),
        did_you_use=questions,
        outcomes=outcomes,
        accounts=_accounts(),
    )
