"""The library is kept in order by the clock: owners are reminded of reviews, and told once a week what waits."""

from __future__ import annotations

from content_map.services import digests, reviews
from content_map.work._contract import Bench, Chore

HOUR_SECONDS = 3600


def _remind(bench: Bench) -> int:
    now = bench.clock()
    today = now.astimezone(bench.resources.settings.zone).date()
    with bench.resources.sessions.write() as session:
        return reviews.remind(session, today=today, now=now)


def _digest(bench: Bench) -> int:
    """Make this week's digests, each in a transaction of its own: a killed worker repeats none and forgets none."""
    zone, now, made = bench.resources.settings.zone, bench.clock(), 0
    with bench.resources.sessions.read() as session:
        due = digests.due(session, zone=zone, now=now)
    for user_id in due:
        with bench.resources.sessions.write() as session:
            made += digests.make(session, user_id, zone=zone, now=now) is not None
    return made


CHORES = (Chore("reminders", HOUR_SECONDS, _remind), Chore("digests", HOUR_SECONDS, _digest))
