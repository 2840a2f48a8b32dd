"""Which assets a quarter's report judges: days live, and what each asset was at its last live instant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from content_map.domain.assets import Audience
from content_map.domain.conversations import Conversation

ELIGIBLE_DAYS = 30  # product.md: published for at least 30 days inside the quarter
_DAY = timedelta(days=1)


class Ending(StrEnum):
    """Why a live interval ended; `LEFT` is any other way out, such as back to draft."""

    ARCHIVED = "archived"
    EXPIRED = "expired"
    LEFT = "left"


class Verdict(StrEnum):
    """Where the report lists an asset."""

    ELIGIBLE = "eligible"
    TOO_NEW = "too_new"
    INTERNAL = "internal"


class Shortness(StrEnum):
    """Why an asset was live for under 30 days. `EARLY`: the quarter itself has not run 30 days yet."""

    NEW = "new"
    ARCHIVED = "archived"
    EXPIRED = "expired"
    LEFT = "left"
    EARLY = "early"


@dataclass(frozen=True, slots=True)
class LivePeriod:
    """An interval in which the asset was live with one owner, conversation and audience; half-open, UTC.

    `end` None means still live; `ending` is None where it goes on or where the next period follows at once.
    """

    start: datetime
    end: datetime | None
    owner: str | None
    conversation: Conversation
    audience: Audience
    ending: Ending | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """One asset's place in a quarter. `owner` and `conversation` are those at its last live instant."""

    days_live: int
    owner: str | None
    conversation: Conversation
    audience: Audience
    verdict: Verdict
    reason: Shortness | None


def standing(
    periods: Iterable[LivePeriod], quarter_start: datetime, quarter_end: datetime, now: datetime
) -> Standing | None:
    """Judge one asset's live intervals inside the quarter, up to `now` while it runs.

    None when it was never live there (drafts, scheduled assets): such an asset is in no list.
    """
    lived = _clipped(periods, quarter_start, min(quarter_end, now))
    if not lived:
        return None
    last = lived[-1].period
    # Nearly every asset lives through a quarter without a change, and a report judges many quarters of all assets.
    is_one = len(lived) == 1
    days_live = (lived[0].length if is_one else sum((span.length for span in lived), timedelta())) // _DAY
    audience = last.audience if is_one else _held_longest(lived)
    if audience is Audience.INTERNAL:
        return Standing(days_live, last.owner, last.conversation, audience, Verdict.INTERNAL, None)
    if days_live >= ELIGIBLE_DAYS:
        return Standing(days_live, last.owner, last.conversation, audience, Verdict.ELIGIBLE, None)
    reason = _why_short(lived, quarter_start, min(quarter_end, now))
    return Standing(days_live, last.owner, last.conversation, audience, Verdict.TOO_NEW, reason)


@dataclass(frozen=True, slots=True)
class _Span:
    start: datetime
    end: datetime
    period: LivePeriod

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def _clipped(periods: Iterable[LivePeriod], start: datetime, until: datetime) -> list[_Span]:
    """Cut the periods to the window, in order; should two overlap, no second is counted twice."""
    spans: list[_Span] = []
    reached = start
    for period in sorted(periods, key=lambda period: period.start):
        span = _Span(max(period.start, reached), min(period.end or until, until), period)
        if span.start < span.end:
            spans.append(span)
            reached = span.end
    return spans


def _held_longest(lived: Sequence[_Span]) -> Audience:
    """Name the audience held longest; equally long, the one held last."""
    held: dict[Audience, timedelta] = {}
    for span in lived:
        held[span.period.audience] = held.get(span.period.audience, timedelta()) + span.length
    last = lived[-1].period.audience
    return max(held, key=lambda audience: (held[audience], audience is last))


def _why_short(lived: Sequence[_Span], start: datetime, until: datetime) -> Shortness:
    if lived[-1].end < until:
        return _ended(lived[-1])
    if lived[0].start > start:
        return Shortness.NEW
    gap = next((before for before, after in pairwise(lived) if before.end < after.start), None)
    return _ended(gap) if gap else Shortness.EARLY


def _ended(span: _Span) -> Shortness:
    return Shortness(span.period.ending or Ending.LEFT)
