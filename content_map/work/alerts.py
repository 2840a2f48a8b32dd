"""Whoever keeps a situation is told of new matches."""

from __future__ import annotations

from content_map.services import matching
from content_map.work._contract import Bench, Chore

MINUTE_SECONDS = 60


def _look(bench: Bench) -> int:
    return matching.look(bench.resources.finder, now=bench.clock())


CHORES = (Chore("alerts", MINUTE_SECONDS, _look),)
