"""Bytes without a row are removed once a day."""

from __future__ import annotations

from content_map.services import sweeping
from content_map.work._contract import Bench, Chore

DAY_SECONDS = 24 * 3600


def _sweep(bench: Bench) -> int:
    return sweeping.sweep(bench.resources.sessions, bench.resources.store, now=bench.clock())


CHORES = (Chore("sweep", DAY_SECONDS, _sweep),)
