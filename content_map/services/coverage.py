"""How much of the library carries confirmed tags, known to a process without counting at every search."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from content_map.domain.assets import Status, is_live
from content_map.models import Asset, AssetTerm

# Ids are random, so the first in their order are a fair sample: of a thousand live ones right to three points of
# a hundred, 95 times of 100, and the same at every look, so that the ranking does not waver between two weightings.
# Those that are not live are passed over here: a condition would have SQLite read and sort all that are.
SAMPLE = 2_000
GOOD_FOR = timedelta(minutes=1)
CONFIRMED = "confirmed"


class Coverage:
    """The share of live assets with a confirmed tag, looked up again once a minute; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looked_at: datetime | None = None
        self._share = 0.0

    def current(self, session: Session, *, now: datetime) -> float:
        """Return the share, 0..1; nothing is asked of the database for a minute after it was looked up."""
        with self._lock:
            if self._looked_at is None or abs(now - self._looked_at) >= GOOD_FOR:
                self._share, self._looked_at = covered(session, now=now), now
            return self._share


def covered(session: Session, *, now: datetime) -> float:
    """Look the share up; 0 where nothing is live."""
    tagged = exists().where(AssetTerm.asset_id == Asset.id, AssetTerm.source == CONFIRMED)
    rows = session.execute(
        select(Asset.status, Asset.publish_at, Asset.expires_at, tagged).order_by(Asset.id).limit(SAMPLE)
    )
    live = [
        is_tagged
        for status, publish_at, expires_at, is_tagged in rows
        if is_live(Status(status), publish_at, expires_at, now)
    ]
    return sum(live) / len(live) if live else 0.0
