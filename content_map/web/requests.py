"""Requests: content asked for, listed by state, and the form to ask."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.conversations import Conversation
from content_map.domain.people import SALES_ROLES
from content_map.domain.permissions import Right, allows
from content_map.errors import Invalid
from content_map.models import Search
from content_map.services import (
    request_counts,
    request_effects,
    requests,
    same_requests,
    searches,
    users,
    waiting,
)
from content_map.services.requests import RequestStatus
from content_map.services.same_requests import Standing
from content_map.web import forms, words
from content_map.web.request_pages import ShownRequest, shown_request, today, told_teams
from content_map.web.speech import _

SHOWN = 20

Page = str | tuple[str, int] | Response

blueprint = Blueprint("requests", __name__, url_prefix="/requests")


@dataclass(frozen=True, slots=True)
class Tab:
    """A state, with how many requests are in it."""

    name: str
    count: int
    url: str
    on: bool


@dataclass(frozen=True, slots=True)
class Form:
    """What stands in the form to ask; `same` is what marketing was asked already for the same search.

    `counts`: that search is one of those who hear when it is filled.
    """

    situation: str = ""
    conversation: str = ""
    note: str = ""
    search: str = ""
    same: Standing | None = None
    counts: bool = False


@blueprint.get("")
def index() -> Page:
    """List the requests of one state, the open ones first; `search` fills the form from a search of one's own."""
    return _requests_page({})


@blueprint.post("")
def ask() -> Page:
    """Ask marketing for content."""
    errors = forms.attempt(_ask)
    if errors:
        return _requests_page(errors), 422
    flash(_("Asked. You hear here when it is filled."), "ok")
    return redirect(url_for("pages.requests.index"), 303)


def _ask() -> None:
    situation = forms.text("situation")
    if situation is None:
        raise Invalid.field("/situation", _("Describe the customer’s situation in a sentence."))
    with context.transaction() as session:
        requests.ask(
            session,
            situation,
            conversation=forms.choice("conversation", Conversation),
            note=forms.text("note"),
            search=forms.text("search"),
            vocabulary=context.resources().vocabulary.current(session),
            actor=context.actor(),
            now=context.now(),
        )


def _requests_page(errors: dict[str, str]) -> str:
    actor, now = context.actor(), context.now()
    mine_to_answer = bool(request.args.get("waiting"))
    status = forms.one_of("status", request.args.get("status"), RequestStatus) or RequestStatus.OPEN
    conversation = forms.one_of("conversation", request.args.get("for"), Conversation)
    owner = request.args.get("owner") or None
    with context.reading() as session:
        found = requests.listed(
            session,
            status=None if mine_to_answer else status,
            conversation=conversation,
            owner=owner,
            only=waiting.requests_of(actor, today()) if mine_to_answer else None,
            limit=SHOWN,
            cursor=request.args.get("cursor"),
            actor=actor,
        )
        counts = request_counts.by_status(session, actor=actor)
        effects = request_effects.effects(session, found.items, today=today(), now=now)
        told = told_teams(session)
        shown: list[ShownRequest] = [
            shown_request(session, each, effects[each.id], told=told) for each in found.items
        ]
        owners = users.may_own(session) if allows(actor, Right.SEE_REQUESTS) else ()
        form = _form(session)
    kept = {"waiting": 1 if mine_to_answer else None, "for": conversation, "owner": owner}
    return render_template(
        "requests/index.html",
        requests=shown,
        tabs=[_tab(each, counts[each], on=each is status and not mine_to_answer) for each in RequestStatus],
        mine_to_answer=mine_to_answer,
        status=status,
        given={"for": conversation, "owner": owner},
        owners=owners,
        next_url=_url(status, kept, found.next) if found.next else None,
        first_url=_url(status, kept, None) if request.args.get("cursor") else None,
        values=form,
        errors=errors,
    )


def _url(status: RequestStatus, kept: dict[str, str | int | None], cursor: str | None) -> str:
    given = {"status": status.value, "cursor": cursor, **kept}
    query = urlencode({name: value for name, value in given.items() if value is not None})
    return f"{url_for('pages.requests.index')}?{query}"


def _tab(status: RequestStatus, count: int, *, on: bool) -> Tab:
    return Tab(str(words.REQUEST_STATES[status]), count, url_for("pages.requests.index", status=status), on)


def _form(session: Session) -> Form:
    if request.method == "POST":
        typed = forms.typed("situation", "conversation", "note", "search")
        return Form(typed["situation"], typed["conversation"], typed["note"], typed["search"])
    search_id = request.args.get("search")
    if not search_id:
        return Form()
    search = searches.own(session, search_id, actor=context.actor())
    return Form(
        search.situation or "",
        _purpose(search),
        "",
        search.id,
        _same(session, search),
        _counts(session, search),
    )


def _same(session: Session, search: Search) -> Standing | None:
    there = same_requests.standing(session, actor=context.actor())
    found = same_requests.of(there, search.asked_terms, _purpose(search))
    return found if found is not None and found.status in requests.WAITING else None


def _counts(session: Session, search: Search) -> bool:
    return context.actor().role in SALES_ROLES and request_effects.is_in_vain(session, search)


def _purpose(search: Search) -> str:
    return search.conversation or search.prefer or search.read_as or ""
