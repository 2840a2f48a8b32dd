"""Requests: content asked for, answered, and the asker told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.assets import Status
from content_map.domain.conversations import Conversation
from content_map.domain.permissions import Right, allows
from content_map.errors import Invalid
from content_map.models import Asset, Request
from content_map.services import library, request_changes, request_counts, requests, searches
from content_map.services.library import LibraryFilter
from content_map.services.requests import RequestStatus
from content_map.web import forms, words
from content_map.web.speech import _

FILLERS_OFFERED = 200

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
class ShownRequest:
    """A request with its answer; the asker stands for team and role."""

    id: str
    conversation: str | None
    asked_by: str
    asked_at: datetime
    state: str
    tone: str
    situation: str
    note: str | None
    answer: str | None
    asset: Asset | None


@blueprint.get("")
def index() -> Page:
    """List the requests of one state, the open ones first; `search` fills the form from a search of one's own."""
    return _requests_page({}, None)


@blueprint.post("")
def ask() -> Page:
    """Ask marketing for content."""
    errors = forms.attempt(_ask)
    if errors:
        return _requests_page(errors, None), 422
    flash(_("Asked. You hear here when it is filled."), "ok")
    return redirect(url_for("pages.requests.index"), 303)


@blueprint.post("/<request_id>")
def answer(request_id: str) -> Page:
    """Answer a request; the asker is told by it."""
    errors = forms.attempt(lambda: _answer(request_id))
    if errors:
        return _requests_page(errors, request_id), 422
    flash(_("Answered. The rep is told."), "ok")
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
            actor=context.actor(),
            now=context.now(),
        )


def _answer(request_id: str) -> None:
    status = forms.choice("status", RequestStatus) or RequestStatus.OPEN
    with context.transaction() as session:
        request_changes.change(
            session,
            request_id,
            {"status": status, "answer": forms.text("answer"), "asset": forms.text("asset")},
            actor=context.actor(),
            now=context.now(),
        )


def _requests_page(errors: dict[str, str], errors_for: str | None) -> str:
    actor = context.actor()
    status = forms.one_of("status", request.args.get("status"), RequestStatus) or RequestStatus.OPEN
    may_answer = allows(actor, Right.ANSWER_REQUESTS)
    with context.reading() as session:
        found = requests.listed(session, status=status, cursor=request.args.get("cursor"), actor=actor)
        counts = request_counts.by_status(session, actor=actor)
        shown = [_shown(session, each) for each in found.items]
        fillers = _fillers(session) if may_answer else ()
        values = _values(session)
    return render_template(
        "requests/index.html",
        requests=shown,
        tabs=[_tab(each, counts[each], on=each is status) for each in RequestStatus],
        next_url=url_for("pages.requests.index", status=status, cursor=found.next) if found.next else None,
        may_answer=may_answer,
        fillers=fillers,
        answer_acts=[
            (RequestStatus.FILLED, _("Filled by this asset")),
            (RequestStatus.PLANNED, _("We are making it")),
            (RequestStatus.DECLINED, _("Decline")),
        ],
        values=values,
        typed=forms.typed("answer", "asset"),
        errors=errors,
        errors_for=errors_for,
    )


def _tab(status: RequestStatus, count: int, *, on: bool) -> Tab:
    return Tab(str(words.REQUEST_STATES[status]), count, url_for("pages.requests.index", status=status), on)


def _values(session: Session) -> dict[str, str]:
    if request.method == "POST":
        return dict(forms.typed("situation", "conversation", "note", "search"))
    search_id = request.args.get("search")
    if not search_id:
        return {}
    search = searches.own(session, search_id, actor=context.actor())
    purpose = search.conversation or search.prefer or search.read_as
    return {"situation": search.situation or "", "conversation": purpose or "", "search": search.id}


def _shown(session: Session, asked: Request) -> ShownRequest:
    team = asked.asker.team.name if asked.asker.team else None
    role = str(words.ROLES[asked.asker.role])
    return ShownRequest(
        id=asked.id,
        conversation=asked.conversation,
        asked_by=f"{role}, {team}" if team else role,
        asked_at=asked.created_at,
        state=asked.status,
        tone=words.REQUEST_TONES[asked.status],
        situation=asked.situation,
        note=asked.note,
        answer=asked.answer,
        asset=session.get(Asset, asked.asset_id) if asked.asset_id else None,
    )


def _fillers(session: Session) -> list[Asset]:
    live = LibraryFilter(status=Status.PUBLISHED, sort="-updated_at")
    return list(
        library.listed(session, live, limit=FILLERS_OFFERED, actor=context.actor(), now=context.now()).items
    )
