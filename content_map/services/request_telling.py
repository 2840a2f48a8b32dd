"""Who hears what of a request: its asker, its owner, and once it is filled whoever searched for it in vain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.domain.people import Actor
from content_map.models import Asset, Notification, Request
from content_map.services import notifications, request_effects

FILLED, FOUND = "request.filled", "request.found"


def tell_asker(session: Session, request: Request, *, now: datetime) -> None:
    """Tell the asker what marketing says."""
    notifications.tell(
        session,
        request.asked_by,
        f"request.{request.status}",
        {"request": request.id},
        path=path(request),
        now=now,
    )


def tell_owner(session: Session, request: Request, *, now: datetime) -> None:
    """Tell who is to answer."""
    values = {"request": request.id}
    notifications.tell(session, request.owner_id or "", "request.given", values, path=path(request), now=now)


def tell_filled(session: Session, filled: Sequence[Request], *, actor: Actor, now: datetime) -> None:
    """Tell the askers of requests filled by one asset, and whoever searched for it; nobody twice of one asset."""
    asset = session.get_one(Asset, filled[0].asset_id or "")
    address = f"/assets/{asset.id}"
    askers = {each.asked_by: each for each in filled}
    others = {person for each in filled for person in request_effects.searchers(session, each, now=now)}
    told = _told(session, address, {*askers, *others}) | {actor.id}
    for person, request in sorted(askers.items()):
        if person not in told:
            values = {"request": request.id, "asset": asset.id, "title": asset.title}
            notifications.tell(session, person, FILLED, values, path=address, now=now)
    for person in sorted(others - askers.keys() - told):
        values = {"asset": asset.id, "title": asset.title}
        notifications.tell(session, person, FOUND, values, path=address, now=now)


def path(request: Request) -> str:
    """Give where a request is shown."""
    return f"/requests/{request.id}"


def _told(session: Session, address: str, people: Iterable[str]) -> set[str]:
    already = select(Notification.user_id).where(
        Notification.user_id.in_(sorted(people)),
        Notification.path == address,
        Notification.message.in_([FILLED, FOUND]),
    )
    return set(session.scalars(already))
