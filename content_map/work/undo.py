"""What can no longer be undone is forgotten."""

from __future__ import annotations

from content_map.services import undoing
from content_map.work._contract import Bench, Chore

HOUR_SECONDS = 3600


def _forget(bench: Bench) -> int:
    with bench.resources.sessions.write() as session:
        return undoing.forget(session, now=bench.clock())


CHORES = (Chore("undo", HOUR_SECONDS, _forget),)
