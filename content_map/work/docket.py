"""A closed quarter comes onto the docket by itself, at the moment from which its report may be frozen."""

from __future__ import annotations

from content_map.reports import Definitions
from content_map.services import docket
from content_map.work._contract import Bench, Chore

EVERY_SECONDS = 3600


def _put_on(bench: Bench) -> int:
    now, settings = bench.clock(), bench.resources.settings
    quarter = docket.closed_quarter(None, settings, now=now)
    if now < Definitions.from_settings(settings).freezes_at(quarter):
        return 0
    with bench.resources.sessions.read() as session:
        if docket.is_on(session, quarter):
            return 0
        unused = docket.unused_in(session, quarter, settings=settings, now=now)
    with bench.resources.sessions.write() as session:
        return docket.put_on(session, quarter, unused, actor=None, now=now)


CHORES = (Chore("docket", EVERY_SECONDS, _put_on),)
