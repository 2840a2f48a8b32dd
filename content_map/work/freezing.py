"""Seven days after a quarter ends its reports are frozen, by the worker's own clock."""

from __future__ import annotations

from content_map.errors import Conflict
from content_map.services import freezing
from content_map.work._contract import Bench, Chore

HOUR_SECONDS = 60 * 60


def _freeze(bench: Bench) -> int:
    """Freeze what is due, one report at a time; one that cannot be frozen keeps no other from it."""
    resources = bench.resources
    with resources.sessions.read() as session:
        waiting = freezing.due(session, resources.settings, now=bench.clock())
    done, failure = 0, None
    for name, quarter in waiting:
        try:
            freezing.freeze(
                resources.sessions, resources.settings, name, str(quarter), actor=None, now=bench.clock()
            )
            done += 1
        except Conflict:  # another worker, or somebody by hand, was quicker
            continue
        except Exception as error:
            failure = failure or error
    if failure is not None:
        raise failure
    return done


CHORES = (Chore("freeze-reports", HOUR_SECONDS, _freeze),)
