"""The index is looked at even when nothing changes: one that was lost is made anew before anybody asks why."""

from __future__ import annotations

from content_map.services import indexing, jobs
from content_map.work._contract import Bench, Chore
from search.contract import SearchUnavailable

LOOK_SECONDS = 15


def _watch(bench: Bench) -> int:
    parts = bench.resources
    try:
        parts.index.check()
    except SearchUnavailable:
        with jobs.holding(parts.sessions, indexing.LEASE, clock=bench.clock):
            return int(indexing.mend(parts.sessions, parts.index, now=bench.clock()))
    return 0


CHORES = (Chore("watch-index", LOOK_SECONDS, _watch),)
