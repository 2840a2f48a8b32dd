"""When somebody is asked what came of a conversation: from the next day on, and again after a while."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from content_map.domain.asking import is_due
from content_map.domain.conversations import Conversation
from content_map.domain.usage import OutcomeAnswer

USED = datetime(2026, 11, 1, 22, tzinfo=UTC)
DAY = timedelta(days=1)
MEETING, SUCCESS = Conversation.RELEVANT_MEETING, Conversation.DEFINITION_OF_SUCCESS
PENDING, REACHED, NOT = OutcomeAnswer.PENDING, OutcomeAnswer.REACHED, OutcomeAnswer.NOT


def asked(
    now: datetime,
    answer: OutcomeAnswer | None = None,
    answered: timedelta | None = None,
    conversation: Conversation = MEETING,
    used_on: date = date(2026, 11, 1),
) -> bool:
    """Whether it is asked; `answered` counts from the use."""
    at = None if answered is None else USED + answered
    return is_due(
        conversation,
        used_at=USED,
        used_on=used_on,
        answer=answer,
        answered_at=at,
        now=now,
        today=now.date(),
    )


def test_it_is_asked_from_the_organisations_next_day_on() -> None:
    assert not asked(USED + timedelta(hours=1))
    assert asked(USED + timedelta(hours=3))
    # West of it the use was the day before.
    assert asked(USED + timedelta(hours=1), used_on=USED.date() - DAY)


@pytest.mark.parametrize(("conversation", "days"), [(MEETING, 90), (SUCCESS, 180)])
def test_it_is_asked_as_long_as_an_answer_would_speak_of_the_use(
    conversation: Conversation, days: int
) -> None:
    assert asked(USED + days * DAY, conversation=conversation)
    assert not asked(USED + days * DAY + timedelta(seconds=1), conversation=conversation)


def test_an_answer_ends_it_and_pending_asks_again_after_fourteen_days() -> None:
    assert not asked(USED + 60 * DAY, REACHED, DAY)
    assert not asked(USED + 60 * DAY, NOT, DAY)
    assert not asked(USED + 14 * DAY, PENDING, DAY)
    assert asked(USED + 15 * DAY, PENDING, DAY)


def test_use_after_the_answer_is_asked_about_once_that_is_fourteen_days_old() -> None:
    assert not asked(USED + 9 * DAY, REACHED, -4 * DAY)
    assert asked(USED + 10 * DAY, REACHED, -4 * DAY)
