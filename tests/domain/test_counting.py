from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_map.domain.conversations import Conversation
from content_map.domain.counting import (
    Circumstances,
    counts_as_open,
    counts_as_use,
    default_how,
    earliest,
    evidence_of,
    exclusion,
    half_hour,
    repeat_key,
    repeats,
)
from content_map.domain.people import Role
from content_map.domain.unused import Evidence
from content_map.domain.usage import EventKind, ExcludedReason, How, Purpose, Surface

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Event:
    id: str
    occurred_at: datetime


EVENTS = st.lists(
    st.builds(
        Event, st.uuids().map(str), st.integers(0, 5).map(lambda minutes: NOON + timedelta(minutes=minutes))
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda event: event.id,
)


def test_half_hours_are_utc_whatever_the_zone_of_the_event():
    nepal = timezone(timedelta(hours=5, minutes=45))

    assert half_hour(datetime(2026, 11, 21, 17, 50, 59, tzinfo=nepal)) == datetime(
        2026, 11, 21, 12, 0, tzinfo=UTC
    )
    assert half_hour(NOON + timedelta(minutes=59, seconds=59)) == NOON + timedelta(minutes=30)


def test_opens_and_bare_downloads_share_a_key_and_impressions_have_their_own():
    opened = repeat_key(EventKind.OPEN, None, "rep", "asset", NOON)

    assert repeat_key(EventKind.DOWNLOAD, None, "rep", "asset", NOON + timedelta(minutes=29)) == opened
    assert repeat_key(EventKind.OPEN, None, "rep", "asset", NOON + timedelta(minutes=30)) != opened
    assert repeat_key(EventKind.IMPRESSION, None, "rep", "asset", NOON) != opened
    assert repeat_key(EventKind.OPEN, None, "rep", "other", NOON) != opened


def test_a_share_counts_as_viewed_once_an_asset_and_half_hour_and_without_a_share_each_time():
    viewed = repeat_key(EventKind.SHARE_VIEWED, None, "share", "asset", NOON)

    assert viewed == repeat_key(EventKind.SHARE_VIEWED, None, "share", "asset", NOON + timedelta(minutes=29))
    assert viewed != repeat_key(EventKind.SHARE_VIEWED, None, "share", "asset", NOON + timedelta(minutes=30))
    assert viewed != repeat_key(EventKind.SHARE_VIEWED, None, "other share", "asset", NOON)
    assert repeat_key(EventKind.SHARE_VIEWED, None, None, "asset", NOON) is None


COUNTED_ONCE = {EventKind.IMPRESSION, EventKind.OPEN, EventKind.DOWNLOAD, EventKind.SHARE_VIEWED}


@pytest.mark.parametrize("kind", sorted(set(EventKind) - COUNTED_ONCE))
def test_every_event_of_the_other_kinds_counts(kind):
    assert repeat_key(kind, None, "rep", "asset", NOON) is None


def test_a_download_for_a_customer_is_a_use_and_no_open():
    assert repeat_key(EventKind.DOWNLOAD, Purpose.CUSTOMER, "rep", "asset", NOON) is None
    assert not counts_as_open(EventKind.DOWNLOAD, Purpose.CUSTOMER)
    assert counts_as_use(EventKind.DOWNLOAD, Purpose.CUSTOMER, Role.REP)


@pytest.mark.parametrize("kind", [EventKind.SHARE_CREATED, EventKind.TAILORED, EventKind.USE])
def test_only_a_sales_user_makes_a_use(kind):
    assert [role for role in Role if counts_as_use(kind, None, role)] == [Role.REP, Role.MANAGER]


@pytest.mark.parametrize(
    "kind", [EventKind.OPEN, EventKind.DOWNLOAD, EventKind.IMPRESSION, EventKind.NOT_USED]
)
def test_looking_is_no_use(kind):
    assert not counts_as_use(kind, None, Role.REP)


@pytest.mark.parametrize(
    ("of", "reason"),
    [
        (Circumstances(EventKind.OPEN, Role.REP), None),
        (Circumstances(EventKind.OPEN, Role.MANAGER), None),
        (Circumstances(EventKind.OPEN, Role.MARKETER), ExcludedReason.NOT_SALES),
        (Circumstances(EventKind.OPEN, Role.MARKETER, is_owner=True), ExcludedReason.OWN),
        (Circumstances(EventKind.OPEN, Role.REP, is_owner=True), ExcludedReason.OWN),
        (Circumstances(EventKind.OPEN, Role.REP, is_test=True), ExcludedReason.TEST_ACCOUNT),
        (Circumstances(EventKind.OPEN, Role.REP, surface=Surface.AGENT), ExcludedReason.AGENT),
        (
            Circumstances(EventKind.OPEN, Role.REP, is_test=True, surface=Surface.AGENT),
            ExcludedReason.TEST_ACCOUNT,
        ),
        (Circumstances(EventKind.SHARE_VIEWED, None), None),
        (Circumstances(EventKind.SHARE_VIEWED, None, visitor=ExcludedReason.SCANNER), ExcludedReason.SCANNER),
        (Circumstances(EventKind.SHARE_VIEWED, None, is_test=True), ExcludedReason.TEST_ACCOUNT),
    ],
)
def test_one_reason_is_stored_in_the_order_of_the_definition(of, reason):
    assert exclusion(of) is reason


@given(EVENTS, st.randoms())
def test_which_event_counts_never_depends_on_the_order_of_arrival(events, random):
    shuffled = list(events)
    random.shuffle(shuffled)

    assert earliest(shuffled) == earliest(events)
    assert repeats(shuffled) == repeats(events)
    assert len(repeats(events)) == len(events) - 1
    assert all(earliest(events).occurred_at <= event.occurred_at for event in events)


def test_of_two_at_one_instant_the_smaller_id_counts():
    assert earliest([Event("b", NOON), Event("a", NOON)]).id == "a"
    assert repeats([]) == frozenset()


def test_how_well_a_use_is_known():
    assert evidence_of(EventKind.USE, Surface.SEARCH) is Evidence.LOGGED_BY_HAND
    assert evidence_of(EventKind.SHARE_CREATED, Surface.DIRECT) is Evidence.SENT_OR_TAILORED
    assert evidence_of(EventKind.SHARE_VIEWED, Surface.SHARE) is Evidence.CUSTOMER_VIEWED
    assert evidence_of(EventKind.USE, Surface.API) is Evidence.API
    assert evidence_of(EventKind.TAILORED, None, imported=True) is Evidence.API


def test_in_the_first_conversation_an_asset_is_worked_from():
    assert default_how(Conversation.POINT_OF_VIEW) is How.PREPARED
    assert default_how(Conversation.TANGIBLE_VALUE) is How.OTHER
