"""What reports may say of persons is a setting of the machine; a change of it is told to everybody soon after."""

from __future__ import annotations

from content_map.services import people_setting
from content_map.work._contract import Bench, Chore

MINUTE_SECONDS = 60


def _announce(bench: Bench) -> int:
    setting = bench.resources.settings.people_in_reports
    with bench.resources.sessions.write() as session:
        return people_setting.announce(session, setting, now=bench.clock())


CHORES = (Chore("people-setting", MINUTE_SECONDS, _announce),)
