"""What happened, told briefly: events by anybody at any time, brought in as history is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from content_map.domain.events import ReportedEvent
from content_map.domain.people import Role
from content_map.domain.usage import EventKind
from content_map.models import Asset, User
from content_map.services.usage import Recorded
from content_map.services.usage_history import HistoricEvent, import_history
from tests.factories import make_user


def told(kind: EventKind, person: User, asset: Asset | None, at: datetime, **given: object) -> HistoricEvent:
    """Say one thing that somebody did."""
    values = {"id": str(uuid4()), "kind": kind, "asset": asset.id if asset else None, "occurred_at": at}
    return HistoricEvent(ReportedEvent(**{**values, **given}), person.id)  # type: ignore[arg-type]


def happen(session: Session, events: Iterable[HistoricEvent], *, now: datetime) -> Recorded:
    """Let it all have happened."""
    admin = make_user(session, Role.ADMIN)
    return import_history(session, list(events), source=None, actor=admin.as_actor(), now=now)
