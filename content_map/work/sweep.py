"""Bytes without a row are removed once a day, abandoned uploads every hour."""

from __future__ import annotations

from content_map.services import sweeping
from content_map.work._contract import Bench, Chore

HOUR_SECONDS = 3600
DAY_SECONDS = 24 * HOUR_SECONDS


def _sweep(bench: Bench) -> int:
    return sweeping.sweep(bench.resources.sessions, bench.resources.store, now=bench.clock())


def _sweep_uploads(bench: Bench) -> int:
    return sweeping.sweep_uploads(bench.resources.sessions, bench.resources.store, now=bench.clock())


CHORES = (Chore("sweep", DAY_SECONDS, _sweep), Chore("sweep_uploads", HOUR_SECONDS, _sweep_uploads))
