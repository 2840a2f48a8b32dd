"""Taking an original along: for the customer of the search, for another one, or just for oneself."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from content_map import context
from content_map.domain.events import ReportedEvent
from content_map.domain.people import SALES_ROLES
from content_map.domain.usage import EventKind, Purpose, Surface
from content_map.files import send_taken
from content_map.services import accounts, assets, objects, own_events, usage
from content_map.web import events, forms, said, use_forms

ACCOUNTS_OFFERED = 200

blueprint = Blueprint("taking", __name__, url_prefix="/assets/<asset_id>/take")


@blueprint.get("")
def form(asset_id: str) -> Response:
    """Ask for whom it is."""
    return _sheet(asset_id, {})


@blueprint.post("")
def take(asset_id: str) -> Response:
    """Record a download for a customer, which is a use, and lead to the file."""
    sent: list[ReportedEvent] = []

    def act() -> None:
        sent.append(_for_customer(asset_id))
        _record(asset_id, sent[0])

    if errors := forms.attempt(act):
        return _sheet(asset_id, use_forms.beside_fields(errors))
    with context.reading() as session:
        logged = own_events.get(session, sent[0].id, actor=context.actor(), now=context.now())
    return said.answer(
        said.sentence_of(logged),
        [logged.id],
        change=url_for("pages.logged.change_form", event_id=logged.id, back=said.back()),
        go=url_for("pages.taking.file", asset_id=asset_id, event_id=logged.id),
    )


@blueprint.get("/<event_id>")
def file(asset_id: str, event_id: str) -> Response:
    """Send the original of a download that was recorded a moment ago; it is not recorded twice."""
    with context.reading() as session:
        version = own_events.taken_version(
            session, event_id, asset_id, actor=context.actor(), now=context.now()
        )
    return send_taken(asset_id, version)


def _for_customer(asset_id: str) -> ReportedEvent:
    return ReportedEvent(
        id=events.sent_id(),
        kind=EventKind.DOWNLOAD,
        asset=asset_id,
        search=forms.text("search"),
        account=forms.text("account"),
        purpose=Purpose.CUSTOMER,
    )


def _record(asset_id: str, event: ReportedEvent) -> None:
    actor, now = context.actor(), context.now()
    with context.transaction() as session:
        asset = assets.get(session, asset_id, actor=actor, now=now)
        # What is gone from the store cannot be taken to a customer.
        objects.require_bytes(asset.current)
        usage.record_one(
            session,
            event,
            surface_default=Surface.DIRECT,
            people_in_reports=context.resources().settings.people_in_reports,
            version=asset.version_number,
            actor=actor,
            now=now,
        )


def _sheet(asset_id: str, errors: dict[str, str]) -> Response:
    actor, now = context.actor(), context.now()
    with context.reading() as session:
        asset = assets.get(session, asset_id, actor=actor, now=now)
        place = use_forms.place_of(session, request.values.get("search"), asset_id, actor=actor)
        offered = accounts.listed(session, limit=ACCOUNTS_OFFERED, actor=actor).items
    return said.sheet(
        "uses/take.html",
        errors,
        asset=asset,
        place=place,
        values=use_forms.typed({"account": None if place.account else ""}),
        accounts=[each.name for each in offered],
        counts=actor.role in SALES_ROLES,
    )
