from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.quarters import Quarter
from content_map.errors import Invalid

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            "UTC",
            "Europe/Berlin",
            "America/New_York",
            "America/Sao_Paulo",
            "Asia/Kolkata",
            "Australia/Lord_Howe",
            "Pacific/Apia",
            "Africa/Cairo",
            "Pacific/Kiritimati",
            "Asia/Beirut",
        )
    ]
)
QUARTERS = st.builds(Quarter, st.integers(1950, 2100), st.integers(1, 4))
MONTHS = st.integers(1, 12)
INSTANTS = st.integers(-10 * 365, 120 * 365 * 24).map(
    lambda hours: datetime(1970, 1, 1, tzinfo=UTC) + hours * timedelta(hours=1)
)


def test_a_quarter_is_read_and_written_in_one_form():
    quarter = Quarter.parse("2026-Q3")

    assert quarter == Quarter(2026, 3)
    assert str(quarter) == "2026-Q3"


@pytest.mark.parametrize(
    "text", ["", "2026Q3", "2026-Q0", "2026-Q5", "26-Q1", "2026-q1", "2026-Q1x", "0000-Q1", "٢٠٢٦-Q1"]
)
def test_another_form_is_refused_with_the_form_and_an_example(text):
    with pytest.raises(Invalid) as refused:
        Quarter.parse(text)

    assert "2026-Q3" in refused.value.detail
    assert refused.value.errors[0].pointer == "/quarter"


def test_bounds_are_local_midnights_in_utc():
    start, end = Quarter(2026, 2).bounds(BERLIN)

    # Berlin is on summer time (UTC+2) on 1 April and on 1 July.
    assert start == datetime(2026, 3, 31, 22, tzinfo=UTC)
    assert end == datetime(2026, 6, 30, 22, tzinfo=UTC)


def test_a_fiscal_year_is_named_for_the_year_in_which_it_ends():
    start, end = Quarter(2027, 1).bounds(ZoneInfo("UTC"), 7)

    assert (start.date(), end.date()) == (date(2026, 7, 1), date(2026, 10, 1))
    assert Quarter.from_instant(datetime(2026, 7, 1, tzinfo=UTC), UTC, 7) == Quarter(2027, 1)
    assert Quarter.from_instant(datetime(2026, 6, 30, 23, tzinfo=UTC), UTC, 7) == Quarter(2026, 4)


def test_a_quarter_may_cross_the_turn_of_the_year():
    start, end = Quarter(2027, 1).bounds(ZoneInfo("UTC"), 12)

    assert (start.date(), end.date()) == (date(2026, 12, 1), date(2027, 3, 1))


def test_a_report_freezes_seven_days_after_the_end():
    assert Quarter(2026, 3).freezes_at(UTC) == datetime(2026, 10, 8, tzinfo=UTC)


@given(QUARTERS, ZONES, MONTHS)
def test_quarters_tile_time(quarter, zone, first_month):
    start, end = quarter.bounds(zone, first_month)

    assert end == quarter.next().bounds(zone, first_month)[0]
    assert timedelta(days=88) < end - start < timedelta(days=94)


@given(INSTANTS, ZONES, MONTHS)
def test_every_instant_lies_in_the_quarter_that_is_named_for_it(now, zone, first_month):
    quarter = Quarter.from_instant(now, zone, first_month)
    start, end = quarter.bounds(zone, first_month)

    assert start <= now < end


@given(QUARTERS, ZONES, MONTHS)
def test_the_first_and_the_last_instant_belong_to_the_quarter(quarter, zone, first_month):
    start, end = quarter.bounds(zone, first_month)

    assert Quarter.from_instant(start, zone, first_month) == quarter
    assert Quarter.from_instant(end - timedelta(microseconds=1), zone, first_month) == quarter
    assert Quarter.from_instant(end, zone, first_month) == quarter.next()


@given(QUARTERS)
def test_next_and_previous_undo_each_other_and_keep_the_order(quarter):
    assert quarter.next().previous() == quarter == quarter.previous().next()
    assert quarter.previous() < quarter < quarter.next()
    assert Quarter.parse(str(quarter)) == quarter
