"""The counters follow the events by the clock; whoever reads meanwhile is answered from the events themselves."""

from __future__ import annotations

import time

from content_map.reports.contract import Definitions
from content_map.services import counters
from content_map.work._contract import Bench, Chore

EVERY_SECONDS = 5
TURN_SECONDS = 20.0  # then the other chores have theirs; what is left is taken up in the next turn


def _count(bench: Bench) -> int:
    until = time.monotonic() + TURN_SECONDS
    done = 0
    for step in counters.keep_up(
        bench.resources.sessions, Definitions.from_settings(bench.resources.settings)
    ):
        done += step.marks + step.assets
        if time.monotonic() > until:
            break
    return done


CHORES = (Chore("counters", EVERY_SECONDS, _count),)
