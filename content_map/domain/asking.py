"""When somebody is asked what came of a conversation with a customer."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from content_map.domain.conversations import Conversation
from content_map.domain.outcomes import window
from content_map.domain.usage import OutcomeAnswer

# A conversation takes its time: who answered is left in peace for as long as a use may be dated back.
ASK_AGAIN_AFTER = timedelta(days=14)


def is_due(
    conversation: Conversation,
    *,
    used_at: datetime,
    used_on: date,
    answer: OutcomeAnswer | None,
    answered_at: datetime | None,
    now: datetime,
    today: date,
) -> bool:
    """Say whether to ask about the latest use for a customer, which was on `used_on` for the organisation.

    From the day after it until an answer cannot speak of it any more. `answer` is the latest about this customer
    and conversation: pending asks again after 14 days, and so does a use that an older answer does not speak of.
    """
    if used_on >= today or now - used_at > window(conversation):
        return False
    if answer is None or answered_at is None:
        return True
    is_known = answer is not OutcomeAnswer.PENDING and answered_at >= used_at
    return not is_known and now - answered_at >= ASK_AGAIN_AFTER
