"""Saying what was done with an asset: a use in one or two taps, why not, feedback, and what came of it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.events import ReportedEvent
from content_map.domain.people import SALES_ROLES
from content_map.domain.usage import EventKind, Surface
from content_map.errors import Invalid
from content_map.services import accounts, assets, own_events, usage
from content_map.services.own_events import Logged
from content_map.web import events, forms, said, use_forms
from content_map.web.speech import _, ngettext

ACCOUNTS_OFFERED = 200
ASSETS_AT_ONCE = 10

blueprint = Blueprint("uses", __name__)


@blueprint.get("/assets/<asset_id>/use")
def form(asset_id: str) -> Response:
    """Ask for what a use still lacks, with what the search knows filled in."""
    return _sheet("uses/use.html", asset_id, {})


@blueprint.post("/assets/<asset_id>/use")
def log(asset_id: str) -> Response:
    """Log a use for a customer, or the honest answer that there was none."""
    return _recorded("uses/use.html", asset_id, lambda: use_forms.reported(asset_id))


@blueprint.get("/assets/<asset_id>/say")
def say_form(asset_id: str) -> Response:
    """Ask why it was not used, or what is right or wrong with it."""
    return _sheet("uses/say.html", asset_id, {})


@blueprint.post("/assets/<asset_id>/feedback")
def feedback(asset_id: str) -> Response:
    """Tell marketing what is right or wrong with it."""
    return _recorded("uses/say.html", asset_id, lambda: use_forms.feedback_on(asset_id))


@blueprint.post("/outcomes")
def outcome() -> Response:
    """Say what came of a conversation with a customer; it is said of all one's own uses there."""
    event = use_forms.outcome()
    events.send(event)
    return _done(_logged(event.id))


@blueprint.post("/did-you-use")
def did_you_use() -> Response:
    """Answer for several assets that were opened for one customer. Raises Invalid."""
    given = list(zip(request.form.getlist("asset"), request.form.getlist("event"), strict=False))
    if not given or len(given) > ASSETS_AT_ONCE:
        raise Invalid("Say of which assets, at most ten at once. Nothing was recorded.")
    answers = [use_forms.reported(asset_id, event_id) for asset_id, event_id in given]
    with context.transaction() as session:
        recorded = usage.record(
            session,
            answers,
            surface_default=Surface.DIRECT,
            people_in_reports=context.resources().settings.people_in_reports,
            actor=context.actor(),
            now=context.now(),
        )
        for rejected in recorded.rejected:
            raise Invalid(rejected.detail, rejected.problems)
    first = _logged(given[0][1])
    if first.kind == EventKind.USE:
        sentence = ngettext(
            "Used for %(account)s.",
            "%(num)s assets used for %(account)s.",
            len(given),
            account=first.account,
        ) + said.not_counted(first)
    else:
        sentence = said.sentence_of(first)
    return said.answer(sentence, [event_id for _asset, event_id in given])


def _recorded(template: str, asset_id: str, read: Callable[[], ReportedEvent]) -> Response:
    """Record what a form says and answer; what cannot be accepted is asked for, with what was typed."""
    sent: list[ReportedEvent] = []

    def act() -> None:
        sent.append(read())
        events.send(sent[0])

    if errors := forms.attempt(act):
        return _sheet(template, asset_id, use_forms.beside_fields(errors))
    logged = _logged(sent[0].id)
    if logged.was_corrected:
        # A page that stayed open sends the id of what was taken back since.
        again = _("You took this back before, so nothing new was recorded. Record it again here.")
        return _sheet(template, asset_id, {forms.FORM: again})
    return _done(logged)


def _done(logged: Logged) -> Response:
    change = url_for("pages.logged.change_form", event_id=logged.id, back=said.back())
    return said.answer(said.sentence_of(logged), [logged.id], change=change)


def _logged(event_id: str) -> Logged:
    with context.reading() as session:
        return own_events.get(session, event_id, actor=context.actor(), now=context.now())


def _sheet(template: str, asset_id: str, errors: dict[str, str]) -> Response:
    actor, now = context.actor(), context.now()
    with context.reading() as session:
        asset = assets.get(session, asset_id, actor=actor, now=now)
        place = use_forms.place_of(session, request.values.get("search"), asset_id, actor=actor)
        offered = accounts.listed(session, limit=ACCOUNTS_OFFERED, actor=actor).items
    return said.sheet(
        template,
        errors,
        asset=asset,
        place=place,
        values=use_forms.typed(use_forms.likely(asset, place)),
        accounts=[each.name for each in offered],
        counts=actor.role in SALES_ROLES,
    )
