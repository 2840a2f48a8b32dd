"""Time since publication: steps by the calendar, leap days included."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content_map.domain.ages import Age, age
from content_map.domain.reviewing import months_later

pytestmark = pytest.mark.once
DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("published", "on", "step"),
    [
        (date(2026, 1, 15), date(2026, 1, 15), Age.UNDER_3_MONTHS),
        (date(2026, 1, 15), date(2026, 4, 14), Age.UNDER_3_MONTHS),
        (date(2026, 1, 15), date(2026, 4, 15), Age.FROM_3_MONTHS),
        (date(2026, 1, 15), date(2026, 7, 15), Age.FROM_6_MONTHS),
        (date(2026, 1, 15), date(2027, 1, 14), Age.FROM_6_MONTHS),
        (date(2026, 1, 15), date(2027, 1, 15), Age.FROM_1_YEAR),
        (date(2026, 1, 15), date(2028, 1, 15), Age.FROM_2_YEARS),
        # A leap day's year is over on the last day of the next February.
        (date(2024, 2, 29), date(2025, 2, 27), Age.FROM_6_MONTHS),
        (date(2024, 2, 29), date(2025, 2, 28), Age.FROM_1_YEAR),
        # Three months after the last of November is the last of February.
        (date(2025, 11, 30), date(2026, 2, 28), Age.FROM_3_MONTHS),
        (date(2023, 11, 30), date(2024, 2, 28), Age.UNDER_3_MONTHS),
        (date(2023, 11, 30), date(2024, 2, 29), Age.FROM_3_MONTHS),
    ],
)
def test_age_goes_by_the_calendar(published: date, on: date, step: Age) -> None:
    assert age(published, on) is step


@settings(deadline=None)
@given(published=DAYS, days=st.integers(0, 2000), more=st.integers(0, 400))
def test_nothing_ever_gets_younger(published: date, days: int, more: int) -> None:
    steps = list(Age)

    now, later = (age(published, published + timedelta(days=each)) for each in (days, days + more))

    assert steps.index(now) <= steps.index(later)


@settings(deadline=None)
@given(day=DAYS, months=st.integers(0, 600))
def test_a_later_month_keeps_the_day_where_there_is_one(day: date, months: int) -> None:
    later = months_later(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or ((later + timedelta(days=1)).day == 1 and later.day < day.day)
