"""What I logged: one's own uses, answers and feedback, each of which can be corrected or taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import cast

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.events import ReportedEvent
from content_map.domain.people import SALES_ROLES
from content_map.domain.usage import EventKind
from content_map.errors import Invalid
from content_map.services import accounts, corrections, own_events
from content_map.services.own_events import Logged
from content_map.web import forms, said, use_forms
from content_map.web.speech import _, ngettext

ACCOUNTS_OFFERED = 200
AT_ONCE = 10

blueprint = Blueprint("logged", __name__, url_prefix="/me/logged")


@blueprint.get("")
def index() -> str:
    """List one's own of the last 90 days."""
    actor, now = context.actor(), context.now()
    cursor = request.args.get("cursor")
    with context.reading() as session:
        found = own_events.listed(session, cursor=cursor, actor=actor, now=now)
    return render_template(
        "uses/logged.html",
        logged=found.items,
        next_url=url_for("pages.logged.index", cursor=found.next) if found.next else None,
        first_url=url_for("pages.logged.index") if cursor else None,
        counts=actor.role in SALES_ROLES,
    )


@blueprint.get("/<event_id>")
def change_form(event_id: str) -> Response:
    """Show one of them as the form that corrects it."""
    return _sheet(_one(event_id), {})


@blueprint.post("/<event_id>")
def change(event_id: str) -> Response:
    """Put what the form says in its place."""
    logged = _one(event_id)
    sent: list[ReportedEvent] = []

    def act() -> None:
        sent.append(_replacement(logged))
        with context.transaction() as session:
            corrections.correct(session, logged.id, sent[0], actor=context.actor(), now=context.now())

    if errors := forms.attempt(act):
        return _sheet(logged, use_forms.beside_fields(errors))
    replaced = _one(sent[0].id)
    return said.answer(_("Corrected. %(said)s", said=said.sentence_of(replaced)), [replaced.id])


@blueprint.post("/take-back")
def take_back() -> Response:
    """Let one or several of them count no more; they stay in the list."""
    ids = request.form.getlist("event")
    if not ids or len(ids) > AT_ONCE:
        raise Invalid("Say which ones, at most ten at once. Nothing was changed.")
    with context.transaction() as session:
        for event_id in ids:
            corrections.take_back(session, event_id, actor=context.actor(), now=context.now())
    return said.answer(ngettext("Taken back.", "%(num)s taken back.", len(ids)))


@blueprint.post("/<event_id>/restore")
def restore(event_id: str) -> Response:
    """Undo a correction."""
    with context.transaction() as session:
        corrections.undo(session, event_id, actor=context.actor(), now=context.now())
    return said.answer(_("It counts again as it did before."))


def _one(event_id: str) -> Logged:
    with context.reading() as session:
        return own_events.get(session, event_id, actor=context.actor(), now=context.now())


def _replacement(logged: Logged) -> ReportedEvent:
    match logged.kind:
        case EventKind.OUTCOME:
            return use_forms.outcome()
        case EventKind.FEEDBACK:
            return use_forms.feedback_on(cast("str", logged.asset_id))
        case _:
            told = use_forms.reported(cast("str", logged.asset_id))
            return told if told.kind is not EventKind.USE else replace(told, occurred_at=_moved(told, logged))


def _moved(told: ReportedEvent, logged: Logged) -> datetime | None:
    """When it occurred after all; a day that was left as it stands keeps its time."""
    if forms.text("on") in (None, use_forms.day_of(logged.occurred_at)):
        return None
    return told.occurred_at or context.now()


def _sheet(logged: Logged, errors: dict[str, str]) -> Response:
    with context.reading() as session:
        offered = accounts.listed(session, limit=ACCOUNTS_OFFERED, actor=context.actor()).items
    values = use_forms.typed(
        {
            "account": logged.account,
            "conversation": logged.conversation,
            "how": logged.how,
            "on": use_forms.day_of(logged.occurred_at),
            "text": logged.text,
        }
    )
    return said.sheet(
        "uses/change.html",
        errors,
        logged=logged,
        values=values,
        accounts=[each.name for each in offered],
        counts=context.actor().role in SALES_ROLES,
    )
