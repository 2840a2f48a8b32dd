"""One request: what it is about, whom it concerns, who answers until when, and the asset that fills it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.assets import Status
from content_map.domain.permissions import Right, allows
from content_map.models import Asset, Request
from content_map.services import (
    library,
    request_changes,
    request_effects,
    requests,
    same_requests,
    users,
)
from content_map.services.library import LibraryFilter
from content_map.services.request_changes import RequestChanges
from content_map.services.request_effects import Effect
from content_map.services.requests import RequestStatus
from content_map.services.teams_told import teams_told
from content_map.web import forms, words
from content_map.web.speech import _

FILLERS_OFFERED = 8

Page = str | tuple[str, int] | Response

blueprint = Blueprint("request_pages", __name__, url_prefix="/requests")


@dataclass(frozen=True, slots=True)
class ShownRequest:
    """A request with its answer; the asker stands for a side and a team."""

    id: str
    conversation: str | None
    asked_by: str
    asked_at: datetime
    state: str
    tone: str
    situation: str
    note: str | None
    terms: Sequence[str]
    answer: str | None
    asset: Asset | None
    owner: str | None
    due_on: date | None
    effect: Effect

    @property
    def waits(self) -> bool:
        """Say whether it is still to be answered."""
        return self.state in requests.WAITING


@blueprint.get("/<request_id>")
def page(request_id: str) -> Page:
    """Show a request; who answers looks here for the asset that fills it."""
    return _page(request_id, {})


@blueprint.post("/<request_id>")
def answer(request_id: str) -> Page:
    """Answer a request; the asker is told by it, and everybody who searched for it once it is filled."""
    errors = forms.attempt(lambda: _answer(request_id))
    if errors:
        return _page(request_id, errors), 422
    flash(_said(request.form.get("status")), "ok")
    return redirect(url_for("pages.request_pages.page", request_id=request_id), 303)


def _answer(request_id: str) -> None:
    changes: RequestChanges = {}
    if (status := forms.choice("status", RequestStatus)) is not None:
        changes["status"] = status
        changes["answer"] = forms.text("answer")
    if status is RequestStatus.FILLED:
        changes["asset"] = forms.text("asset")
    if "owner" in request.form:
        changes["owner"] = forms.text("owner")
        changes["due_on"] = forms.day("due_on")
    with context.transaction() as session:
        request_changes.change(session, request_id, changes, actor=context.actor(), now=context.now())


def _said(status: str | None) -> str:
    if status == RequestStatus.FILLED:
        return _("Filled. Whoever asked or searched for it is told.")
    return _("Answered. The rep is told.") if status else _("Saved.")


def _page(request_id: str, errors: dict[str, str]) -> str:
    actor, now = context.actor(), context.now()
    wanted = (request.args.get("q") or "").strip()
    with context.reading() as session:
        asked = requests.get(session, request_id, actor=actor)
        effect = request_effects.effects(session, [asked], today=today(), now=now)[asked.id]
        may_answer = allows(actor, Right.ANSWER_REQUESTS)
        live = LibraryFilter(status=Status.PUBLISHED, text=wanted or None, sort="-updated_at")
        fillers: Sequence[Asset] = ()
        if may_answer:
            fillers = library.listed(session, live, limit=FILLERS_OFFERED, actor=actor, now=now).items
        vocabulary = context.resources().vocabulary.current(session)
        twins = same_requests.waiting_twins(session, asked) if may_answer else ()
        shown = shown_request(session, asked, effect, told=told_teams(session))
        owners = users.may_own(session) if may_answer else ()
        owner_id = asked.owner_id
    names = [vocabulary.terms[term].name for term in shown.terms if term in vocabulary.terms]
    return render_template(
        "requests/page.html",
        asked=shown,
        owner_id=owner_id,
        terms=names,
        twins=len(twins),
        may_answer=may_answer,
        owners=owners,
        fillers=fillers,
        wanted=wanted,
        typed=forms.typed("answer", "owner", "due_on"),
        errors=errors,
    )


def told_teams(session: Session) -> frozenset[str]:
    """Give the teams that may be named here."""
    return teams_told(session, context.resources().settings.people_in_reports)


def shown_request(session: Session, asked: Request, effect: Effect, *, told: frozenset[str]) -> ShownRequest:
    """Lay a request out: who asked is named by side and, where it is one of `told`, by team alone."""
    team = asked.asker.team
    side = str(words.SIDES[asked.asker.role])
    return ShownRequest(
        id=asked.id,
        conversation=asked.conversation,
        asked_by=f"{side}, {team.name}" if team and team.id in told else side,
        asked_at=asked.created_at,
        state=asked.status,
        tone=words.REQUEST_TONES[asked.status],
        situation=asked.situation,
        note=asked.note,
        terms=[str(term) for term in asked.terms],
        answer=asked.answer,
        asset=session.get(Asset, asked.asset_id) if asked.asset_id else None,
        owner=asked.owner.name if asked.owner else None,
        due_on=asked.due_on,
        effect=effect,
    )


def today() -> date:
    """The day it is for the organisation."""
    return context.now().astimezone(context.resources().settings.zone).date()
