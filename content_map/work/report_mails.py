"""Reports go out by mail, to those who asked for them."""

from __future__ import annotations

from content_map.services import mailing, report_mailing
from content_map.wiring import address_of
from content_map.work._contract import Bench, Chore
from content_map.work._report_letter import composed

HOUR_SECONDS = 60 * 60


def _mail(bench: Bench) -> int:
    resources, now = bench.resources, bench.clock()
    if not mailing.is_on(resources.settings):
        return 0
    with resources.sessions.read() as session:
        letters = report_mailing.due(session, resources.settings, now=now)
    return report_mailing.send(
        resources.sessions,
        resources.settings,
        letters,
        composed,
        base_url=address_of(resources.settings),
        now=now,
    )


CHORES = (Chore("mail-reports", HOUR_SECONDS, _mail),)
