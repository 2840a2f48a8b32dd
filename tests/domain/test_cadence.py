"""Weeks and months whose mail is due: each once, from seven in the morning of the organisation's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from content_map.domain.cadence import ended_month, ended_week

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("now", "key"),
    [
        # Monday 26 October 2026, 7:00 in Berlin is 6:00 UTC: the clock went back the day before.
        (datetime(2026, 10, 26, 5, 59, 59, tzinfo=UTC), "2026-W42"),
        (datetime(2026, 10, 26, 6, 0, tzinfo=UTC), "2026-W43"),
        (datetime(2026, 11, 1, 22, 59, tzinfo=UTC), "2026-W43"),
        # 2027 begins in the week that belongs to 2026.
        (datetime(2027, 1, 4, 6, 0, tzinfo=UTC), "2026-W53"),
    ],
)
def test_a_week_is_mailed_from_the_monday_after_it(now: datetime, key: str) -> None:
    period = ended_week(now, BERLIN)

    assert period.key == key
    assert period.last_day.isoweekday() == 7
    assert period.due_at <= now


@pytest.mark.parametrize(
    ("now", "key", "last_day"),
    [
        (datetime(2024, 3, 1, 5, 59, tzinfo=UTC), "2024-01", date(2024, 1, 31)),
        (datetime(2024, 3, 1, 6, 0, tzinfo=UTC), "2024-02", date(2024, 2, 29)),
        (datetime(2027, 1, 1, 6, 0, tzinfo=UTC), "2026-12", date(2026, 12, 31)),
    ],
)
def test_a_month_is_mailed_from_the_first_day_after_it(now: datetime, key: str, last_day: date) -> None:
    period = ended_month(now, BERLIN)

    assert (period.key, period.last_day) == (key, last_day)
