"""The library is kept in order by the clock: owners are reminded of reviews, and told once a week what waits."""

from __future__ import annotations

from content_map.services import digests, mailing, reviews
from content_map.wiring import address_of
from content_map.work._contract import Bench, Chore
from content_map.work._digest_mail import letter_of

HOUR_SECONDS = 3600


def _remind(bench: Bench) -> int:
    now = bench.clock()
    today = now.astimezone(bench.resources.settings.zone).date()
    with bench.resources.sessions.write() as session:
        return reviews.remind(session, today=today, now=now)


def _digest(bench: Bench) -> int:
    with bench.resources.sessions.read() as session:
        due = digests.due(session, zone=bench.resources.settings.zone, now=bench.clock())
    return sum(_tell(bench, user_id) for user_id in due)


def _tell(bench: Bench, user_id: str) -> bool:
    """Make one digest in a transaction of its own: a killed worker repeats none and forgets none."""
    settings, now = bench.resources.settings, bench.clock()
    with bench.resources.sessions.write() as session:
        digest = digests.make(session, user_id, zone=settings.zone, now=now)
        if digest is None:
            return False
        if digest.by_mail and mailing.is_on(settings):
            letter = letter_of(digest, base_url=address_of(settings))
            mailing.queue(
                session,
                digest.person.email,
                letter.subject,
                letter.text,
                letter.html,
                unsubscribe=letter.url,
                now=now,
            )
    return True


CHORES = (Chore("reminders", HOUR_SECONDS, _remind), Chore("digests", HOUR_SECONDS, _digest))
