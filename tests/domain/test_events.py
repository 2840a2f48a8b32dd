from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from content_map.domain.conversations import Conversation
from content_map.domain.events import ReportedEvent, problems_from_a_client, problems_of
from content_map.domain.usage import EventKind, Feedback, How, OutcomeAnswer, Purpose, Surface

ID = "6f1f64a4-95e8-4a5f-9d39-2c0a2f5f9b11"
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def event(kind, asset="a1", **fields):
    return ReportedEvent(id=fields.pop("id", ID), kind=kind, asset=asset, **fields)


@pytest.mark.parametrize(
    "good",
    [
        event(EventKind.IMPRESSION, surface=Surface.SEARCH, search="s1", rank=1),
        event(EventKind.IMPRESSION, surface=Surface.BROWSE),
        event(EventKind.OPEN),
        event(EventKind.DOWNLOAD),
        event(EventKind.DOWNLOAD, purpose=Purpose.CUSTOMER, account="Harbour & Vale"),
        event(EventKind.USE, account="Harbour & Vale", how=How.PREPARED),
        event(EventKind.NOT_USED, account="Harbour & Vale", feedback=Feedback.USED_MY_OWN),
        event(EventKind.NOT_USED, account="Harbour & Vale"),
        event(EventKind.OUTCOME, asset=None, outcome=OutcomeAnswer.REACHED, use=ID),
        event(
            EventKind.OUTCOME,
            asset=None,
            outcome=OutcomeAnswer.NOT,
            account="Harbour & Vale",
            conversation=Conversation.RIGHT_PEOPLE,
        ),
        event(EventKind.FEEDBACK, feedback=Feedback.HELPFUL),
        event(EventKind.PAGE_VIEWED, page=3, seconds=20),
    ],
)
def test_a_complete_event_has_no_problem(good):
    assert problems_from_a_client(good, NOW) == []


@pytest.mark.parametrize(
    ("bad", "fields"),
    [
        (event(EventKind.OPEN, id="42"), ["id"]),
        (event(EventKind.OPEN, asset=None), ["asset"]),
        (event(EventKind.IMPRESSION, surface=Surface.SEARCH), ["search", "rank"]),
        (event(EventKind.IMPRESSION, rank=0), ["rank"]),
        (event(EventKind.USE), ["account"]),
        (event(EventKind.USE, account="  "), ["account"]),
        (event(EventKind.DOWNLOAD, purpose=Purpose.CUSTOMER), ["account"]),
        (event(EventKind.NOT_USED, account="A", feedback=Feedback.HELPFUL), ["feedback"]),
        (event(EventKind.FEEDBACK), ["feedback"]),
        (event(EventKind.FEEDBACK, feedback=Feedback.USED_MY_OWN), ["feedback"]),
        (event(EventKind.OPEN, feedback=Feedback.HELPFUL), ["feedback"]),
        (event(EventKind.OUTCOME, asset=None), ["outcome", "account", "conversation"]),
        (event(EventKind.OUTCOME, asset=None, outcome=OutcomeAnswer.NOT, account="A"), ["conversation"]),
        (event(EventKind.OPEN, outcome=OutcomeAnswer.REACHED), ["outcome"]),
        (event(EventKind.OPEN, purpose=Purpose.CUSTOMER, account="A"), ["purpose"]),
        (event(EventKind.OPEN, how=How.SENT), ["how"]),
        (event(EventKind.OPEN, use=ID), ["use"]),
        (event(EventKind.PAGE_VIEWED), ["page"]),
        (event(EventKind.OPEN, seconds=-1), ["seconds"]),
        (event(EventKind.USE, account="A" * 201), ["account"]),
        (event(EventKind.FEEDBACK, text="x" * 2001), ["text"]),
    ],
)
def test_each_missing_or_misplaced_field_is_named(bad, fields):
    assert [field for field, _ in problems_of(bad)] == fields


@pytest.mark.parametrize("kind", [EventKind.SHARE_CREATED, EventKind.SHARE_VIEWED])
def test_a_client_cannot_claim_what_the_product_sees_itself(kind):
    problems = problems_from_a_client(event(kind, account="A"), NOW)

    assert [field for field, _ in problems] == ["kind"]


@pytest.mark.parametrize(
    ("age", "is_fine"),
    [
        (timedelta(days=14), True),
        (timedelta(days=14, seconds=1), False),
        (timedelta(minutes=-5), True),
        (timedelta(minutes=-5, seconds=-1), False),
        (timedelta(), True),
    ],
)
def test_a_live_event_is_at_most_fourteen_days_old_and_not_from_the_future(age, is_fine):
    problems = problems_from_a_client(event(EventKind.OPEN, occurred_at=NOW - age), NOW)

    assert (problems == []) is is_fine
    assert all(field == "occurred_at" and sentence.endswith(".") for field, sentence in problems)
