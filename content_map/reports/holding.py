"""Conversations held and reached, counted in one pass for any stretches of time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from content_map.domain.conversations import Conversation
from content_map.domain.usage import ExcludedReason, OutcomeAnswer
from content_map.models import UsageEvent
from content_map.reports.outcome_answers import counts, is_use, latest_answers
from content_map.reports.parts import Fraction
from content_map.reports.spans import Slices, Span


@dataclass(frozen=True, slots=True)
class Held:
    """What one stretch of time holds: conversations (account and conversation), those reached, and uses."""

    held: int = 0
    reached: int = 0
    uses: int = 0

    @property
    def share(self) -> Fraction:
        """Those reached, of those held."""
        return Fraction(self.reached, self.held)

    def __add__(self, other: Held) -> Held:
        return Held(self.held + other.held, self.reached + other.reached, self.uses + other.uses)


Counted = Mapping[Span, Mapping[Conversation, Held]]


def held(session: Session, spans: Iterable[Span], also: frozenset[ExcludedReason]) -> Counted:
    """Count by stretch and conversation.

    An account and conversation is held with at least one counted use in the stretch, and reached when the latest
    answer on one of these uses is that the outcome was reached.
    """
    wanted = list(dict.fromkeys(spans))
    slices = Slices(wanted)
    found: dict[Conversation, dict[int, dict[str, tuple[bool, int]]]] = defaultdict(lambda: defaultdict(dict))
    for account, conversation, piece, reached, uses in session.execute(_by_piece(slices, also)):
        found[Conversation(conversation)][piece][account] = (bool(reached), uses)
    return {
        span: {each: _together(found[each][piece] for piece in slices.of(span)) for each in Conversation}
        for span in wanted
    }


def total(counted: Mapping[Conversation, Held]) -> Held:
    """Add the five up: no account and conversation is in two of them."""
    return sum(counted.values(), Held())


def _by_piece(slices: Slices, also: frozenset[ExcludedReason]) -> Select[Any]:
    uses = (
        select(
            UsageEvent.id,
            UsageEvent.actor_id,
            UsageEvent.account_id,
            UsageEvent.conversation,
            UsageEvent.occurred_at,
            slices.number(UsageEvent.occurred_at).label("piece"),
        )
        .where(
            UsageEvent.occurred_at >= slices.start,
            UsageEvent.occurred_at < slices.end,
            is_use(),
            counts(UsageEvent.excluded_reason, also),
            UsageEvent.account_id.is_not(None),
            UsageEvent.conversation.is_not(None),
        )
        .cte("uses")
    )
    latest = latest_answers(uses, also)
    is_reached = case((latest.c.outcome == OutcomeAnswer.REACHED.value, 1), else_=0)
    return (
        select(uses.c.account_id, uses.c.conversation, uses.c.piece, func.max(is_reached), func.count())
        .select_from(uses.outerjoin(latest, latest.c.use_id == uses.c.id))
        .group_by(uses.c.account_id, uses.c.conversation, uses.c.piece)
    )


def _together(pieces: Iterable[Mapping[str, tuple[bool, int]]]) -> Held:
    accounts: dict[str, bool] = {}
    uses = 0
    for piece in pieces:
        for account, (reached, count) in piece.items():
            accounts[account] = accounts.get(account, False) or reached
            uses += count
    return Held(len(accounts), sum(accounts.values()), uses)
