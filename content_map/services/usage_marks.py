"""Marks left beside the events: the counters of this asset changed about this instant (models/counter.py)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, extract, func, insert, select
from sqlalchemy.orm import Session

from content_map.db import UTCDateTime
from content_map.domain.conversations import Conversation
from content_map.domain.outcomes import window
from content_map.domain.usage import EventKind
from content_map.models import CountMark, UsageEvent
from content_map.reports.outcome_answers import is_use
from content_map.statements import any_of

Pair = tuple[str, datetime]
"""An asset and the instant of an event of it."""

_INSERT = insert(CountMark.__table__).inline()  # type: ignore[arg-type]  # a table, whatever its type says
_AT_ONCE = 500  # answers in one statement
_LONGEST = max(window(conversation) for conversation in Conversation)

_AT = UsageEvent.occurred_at
_MONTHS = select(UsageEvent.asset_id, func.min(_AT), func.max(_AT)).group_by(
    UsageEvent.asset_id, extract("year", _AT), extract("month", _AT)
)
# Made once (see services/usage_known.py), and therefore of all conversations of these customers.
_ANSWERED = _MONTHS.where(
    any_of(UsageEvent.__table__.c.account_id, "accounts"),
    any_of(UsageEvent.__table__.c.actor_id, "actors"),
    _AT.between(bindparam("first", type_=UTCDateTime()), bindparam("last", type_=UTCDateTime())),
    is_use(),
)


def mark(session: Session, pairs: Iterable[Pair]) -> None:
    """Leave marks for events that came, went or mean something else now, in their own transaction.

    Of one asset and calendar month (UTC) the first and the last instant are enough: a quarter begins with a month of
    the organisation's time zone, so that at most one boundary lies between the two.
    """
    ends: dict[tuple[str, int, int], tuple[datetime, datetime]] = {}
    for asset_id, occurred_at in pairs:
        moment = occurred_at.astimezone(UTC)
        month = asset_id, moment.year, moment.month
        first, last = ends.get(month, (moment, moment))
        ends[month] = min(first, moment), max(last, moment)
    rows = [
        {"asset_id": asset_id, "occurred_at": moment}
        for (asset_id, *_), found in sorted(ends.items())
        for moment in dict.fromkeys(found)
    ]
    if rows:
        session.connection().execute(_INSERT, rows)


def answered(session: Session, rows: Sequence[Mapping[str, Any]]) -> Iterator[Pair]:
    """Give the assets and instants of the uses that the outcomes among these event rows may speak of.

    Of an asset and month only the first and the last. It may give more than those: a mark too many costs a count
    anew, one too few a wrong number.
    """
    answers = [row for row in rows if row["kind"] == EventKind.OUTCOME and row["excluded_reason"] is None]
    for start in range(0, len(answers), _AT_ONCE):
        some = answers[start : start + _AT_ONCE]
        yield from _named(session, [row["use_id"] for row in some if row["use_id"] is not None])
        yield from _by_account(session, [row for row in some if row["use_id"] is None])


def of_account(session: Session, account_ids: Sequence[str]) -> Iterator[Pair]:
    """Give the assets and instants of the uses for these accounts, before or after they become one."""
    yield from _ends(session, UsageEvent.account_id.in_(account_ids), is_use())


def _named(session: Session, use_ids: Sequence[str]) -> Iterator[Pair]:
    if use_ids:
        yield from _ends(session, UsageEvent.id.in_(use_ids))


def _by_account(session: Session, answers: Sequence[Mapping[str, Any]]) -> Iterator[Pair]:
    if not answers:
        return
    moments = [row["occurred_at"] for row in answers]
    given = {
        "accounts": sorted({row["account_id"] for row in answers if row["account_id"] is not None}),
        "actors": sorted({row["actor_id"] for row in answers}),
        "first": min(moments) - _LONGEST,
        "last": max(moments),
    }
    for asset_id, first, last in session.connection().execute(_ANSWERED, given):
        yield str(asset_id), first
        yield str(asset_id), last


def _ends(session: Session, *conditions: ColumnElement[bool]) -> Iterator[Pair]:
    """Give the first and the last instant of each asset and month: as many as `mark` keeps."""
    for asset_id, first, last in session.execute(_MONTHS.where(*conditions)):
        yield str(asset_id), first
        yield str(asset_id), last
