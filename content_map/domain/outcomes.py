"""Which uses an answer about an outcome applies to, and which answer counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from content_map.domain.conversations import Conversation
from content_map.domain.usage import OutcomeAnswer

_WINDOW = timedelta(days=90)
_LONG_WINDOW = timedelta(days=180)  # product.md: conversations 4 and 5 take longer to end
_LONG = frozenset({Conversation.DEFINITION_OF_SUCCESS, Conversation.TANGIBLE_VALUE})


@dataclass(frozen=True, slots=True)
class Used:
    """A counted use, as far as outcomes are concerned."""

    id: str
    actor: str
    occurred_at: datetime
    account: str
    conversation: Conversation


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said of an outcome: of one `use`, or of all their uses at an account and conversation."""

    id: str
    actor: str
    occurred_at: datetime
    outcome: OutcomeAnswer
    use: str | None = None
    account: str | None = None
    conversation: Conversation | None = None


def window(conversation: Conversation) -> timedelta:
    """Say how far back from an answer by account the uses lie that it applies to."""
    return _LONG_WINDOW if conversation in _LONG else _WINDOW


def applies(answer: Answer, used: Used) -> bool:
    """Say whether the answer is about this use: the same person's, and named or in the window before it."""
    if answer.actor != used.actor:
        return False
    if answer.use is not None:
        return answer.use == used.id
    if (answer.account, answer.conversation) != (used.account, used.conversation):
        return False
    return timedelta() <= answer.occurred_at - used.occurred_at <= window(used.conversation)


def latest_outcomes(uses: Iterable[Used], answers: Iterable[Answer]) -> Mapping[str, OutcomeAnswer]:
    """Give the outcome that counts by use id, only for uses with an answer: the latest by `occurred_at`.

    Of two at the same instant the greater id counts, so that the order of arrival never matters.
    """
    by_person: dict[str, list[Answer]] = {}
    for answer in sorted(answers, key=lambda answer: (answer.occurred_at, answer.id), reverse=True):
        by_person.setdefault(answer.actor, []).append(answer)
    found: dict[str, OutcomeAnswer] = {}
    for used in uses:
        latest = next((answer for answer in by_person.get(used.actor, ()) if applies(answer, used)), None)
        if latest is not None:
            found[used.id] = latest.outcome
    return found
