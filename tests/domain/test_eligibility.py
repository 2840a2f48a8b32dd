from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.assets import Audience
from content_map.domain.conversations import Conversation
from content_map.domain.eligibility import Ending, LivePeriod, Shortness, Verdict, standing

START, END = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
LATER = datetime(2027, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def live(
    start,
    end=None,
    *,
    owner="mia",
    conversation=Conversation.RELEVANT_MEETING,
    audience=Audience.CUSTOMER,
    ending=None,
):
    return LivePeriod(start, end, owner, conversation, audience, ending)


def test_an_asset_live_all_quarter_is_eligible_with_every_day():
    found = standing([live(START - 100 * DAY)], START, END, LATER)

    assert found is not None
    assert (found.verdict, found.days_live, found.reason) == (Verdict.ELIGIBLE, 92, None)


def test_thirty_days_are_enough_and_a_second_less_is_not():
    enough = standing([live(END - 30 * DAY)], START, END, LATER)
    short = standing([live(END - 30 * DAY + timedelta(seconds=1))], START, END, LATER)

    assert enough is not None
    assert enough.verdict is Verdict.ELIGIBLE
    assert short is not None
    assert (short.verdict, short.days_live, short.reason) == (Verdict.TOO_NEW, 29, Shortness.NEW)


def test_archived_after_thirty_days_stays_in():
    found = standing([live(START, START + 30 * DAY, ending=Ending.ARCHIVED)], START, END, LATER)

    assert found is not None
    assert found.verdict is Verdict.ELIGIBLE


@pytest.mark.parametrize(
    ("periods", "reason"),
    [
        ([live(START - DAY, START + 5 * DAY, ending=Ending.ARCHIVED)], Shortness.ARCHIVED),
        ([live(START + DAY, START + 5 * DAY, ending=Ending.EXPIRED)], Shortness.EXPIRED),
        ([live(START - DAY, START + 5 * DAY, ending=Ending.LEFT)], Shortness.LEFT),
        ([live(START - DAY, START + 5 * DAY)], Shortness.LEFT),
        ([live(END - DAY)], Shortness.NEW),
        ([live(START - DAY, START + DAY, ending=Ending.ARCHIVED), live(END - DAY)], Shortness.ARCHIVED),
    ],
)
def test_an_asset_live_too_shortly_says_why(periods, reason):
    found = standing(periods, START, END, LATER)

    assert found is not None
    assert (found.verdict, found.reason) == (Verdict.TOO_NEW, reason)


def test_in_a_young_quarter_an_old_asset_is_not_called_new():
    found = standing([live(START - 100 * DAY)], START, END, START + 10 * DAY)

    assert found is not None
    assert (found.verdict, found.days_live, found.reason) == (Verdict.TOO_NEW, 10, Shortness.EARLY)


def test_never_live_inside_the_quarter_is_in_no_list():
    assert standing([], START, END, LATER) is None
    assert standing([live(START - 9 * DAY, START)], START, END, LATER) is None
    assert standing([live(END)], START, END, LATER) is None
    assert standing([live(START + 9 * DAY)], START, END, START + DAY) is None


def test_owner_and_conversation_are_those_at_the_last_live_instant():
    turn = START + 50 * DAY
    periods = [
        live(
            turn,
            turn + 20 * DAY,
            owner="noor",
            conversation=Conversation.TANGIBLE_VALUE,
            ending=Ending.ARCHIVED,
        ),
        live(START, turn, owner="mia"),
    ]

    found = standing(periods, START, END, LATER)

    assert found is not None
    assert (found.owner, found.conversation) == ("noor", Conversation.TANGIBLE_VALUE)
    assert found.days_live == 70


def test_the_audience_held_longest_decides_over_a_late_change():
    late = END - 10 * DAY
    periods = [live(START, late), live(late, audience=Audience.INTERNAL)]

    found = standing(periods, START, END, LATER)

    assert found is not None
    assert (found.audience, found.verdict) == (Audience.CUSTOMER, Verdict.ELIGIBLE)


def test_internal_assets_are_a_table_of_their_own():
    found = standing([live(START, audience=Audience.INTERNAL)], START, END, LATER)

    assert found is not None
    assert found.verdict is Verdict.INTERNAL


@given(st.lists(st.tuples(st.integers(-40, 130), st.integers(0, 60)), max_size=6), st.integers(0, 150))
def test_days_live_never_exceed_the_window_whatever_the_periods(spans, now_day):
    periods = [live(START + first * DAY, START + (first + length) * DAY) for first, length in spans]
    now = START + now_day * DAY

    found = standing(periods, START, END, now)

    # Counted by hand: every day of the window on which some period is live.
    until = min(92, now_day)
    expected = sum(any(first <= day < first + length for first, length in spans) for day in range(until))
    assert (found.days_live if found else 0) == expected
