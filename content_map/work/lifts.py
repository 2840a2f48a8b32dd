"""What was used is folded into the ranking every hour."""

from __future__ import annotations

from content_map.services import use_lifts
from content_map.work._contract import Bench, Chore

HOUR_SECONDS = 3600


def _fold(bench: Bench) -> int:
    return use_lifts.fold(bench.resources.sessions, now=bench.clock())


CHORES = (Chore("lifts", HOUR_SECONDS, _fold),)
