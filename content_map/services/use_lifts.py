"""What use teaches the ranking, folded anew from the usage events; nothing is counted on from an earlier fold.

So it can be stopped anywhere and run again, and an event that arrives late or is left out later counts aright at
the next fold. What counts at all is the rule of every report: no excluded event, uses by sales users alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain import lifts
from content_map.domain.conversations import Conversation
from content_map.domain.lifts import CONSTANTS, Lift, RepDay
from content_map.domain.usage import EventKind
from content_map.models import Mark, Search, UsageEvent, UseLift
from content_map.reports.moments import utc_day
from content_map.reports.outcome_answers import is_use
from content_map.statements import among, insert_unless_there

MARK = "use_lifts"
_AT_ONCE = 500  # rows in one statement

_Key = tuple[str, str]  # conversation and asset


def fold(sessions: Sessions, *, now: datetime) -> int:
    """Bring every lift to what the events say by now; returns how many changed."""
    with sessions.read() as session:
        folded = lifts.fold(rep_days(session, now=now))
        searches = _stored_searches(session)
    with sessions.write() as session:
        return _replace(session, folded, searches, now=now)


def rep_days(session: Session, *, now: datetime) -> Iterator[RepDay]:
    """Read what counted, by conversation, asset, sales user and UTC day; impressions and uses come apart.

    A use has its own conversation, an impression that of its search; what nobody said a conversation for teaches
    nothing of any.
    """
    since = now - timedelta(days=CONSTANTS.days_back)
    day = utc_day(UsageEvent.occurred_at)
    counted = (
        UsageEvent.excluded_reason.is_(None),
        UsageEvent.occurred_at >= since,
        UsageEvent.asset_id.is_not(None),
    )
    purpose = func.coalesce(Search.conversation, Search.prefer, Search.read_as, UsageEvent.conversation)
    # An impression outside search stands for itself: it counts as rank 1, as in the report.
    shown = (
        select(
            purpose,
            UsageEvent.asset_id,
            UsageEvent.actor_id,
            day,
            func.min(func.coalesce(UsageEvent.rank, 1)),
            func.count(),
        )
        .outerjoin(Search, Search.id == UsageEvent.search_id)
        .where(*counted, UsageEvent.kind == EventKind.IMPRESSION.value, purpose.is_not(None))
        .group_by(purpose, UsageEvent.asset_id, UsageEvent.actor_id, day)
    )
    for conversation, asset_id, actor_id, on, rank, count in _rows(session, shown):
        yield RepDay(Conversation(conversation), asset_id, actor_id, _age(on, now), rank, shown=count)
    used = (
        select(UsageEvent.conversation, UsageEvent.asset_id, UsageEvent.actor_id, day, func.count())
        .where(*counted, is_use(), UsageEvent.conversation.is_not(None))
        .group_by(UsageEvent.conversation, UsageEvent.asset_id, UsageEvent.actor_id, day)
    )
    for conversation, asset_id, actor_id, on, count in _rows(session, used):
        yield RepDay(Conversation(conversation), asset_id, actor_id, _age(on, now), uses=count)


def _rows(session: Session, statement: Any) -> Iterator[Any]:
    return iter(session.execute(statement.execution_options(yield_per=10 * _AT_ONCE)))


def _age(day: date, now: datetime) -> int:
    return (now.date() - day).days


def _stored_searches(session: Session) -> int:
    """Count the searches, but no further than it takes to know that they are enough."""
    enough = select(Search.id).limit(CONSTANTS.searches).subquery()
    return session.scalar(select(func.count()).select_from(enough)) or 0


def _replace(
    session: Session, folded: Mapping[tuple[Conversation, str], Lift], searches: int, *, now: datetime
) -> int:
    mark = session.get(Mark, MARK, with_for_update=True)
    if mark is None:
        mark = Mark(name=MARK, value="0 0")
        session.add(mark)
    wanted = {(conversation.value, asset): each for (conversation, asset), each in folded.items()}
    known = _stored(session)
    gone = [key for key in known if key not in wanted]
    changed = [key for key, each in wanted.items() if known.get(key) != each]
    for start in range(0, len(gone), _AT_ONCE):
        some = among(UseLift.conversation, UseLift.asset_id, gone[start : start + _AT_ONCE])
        session.execute(delete(UseLift).where(some))
    _write(session, [(key, wanted[key]) for key in changed], now=now)
    version = int(mark.value.split()[0]) + bool(gone or changed)
    mark.value = f"{version} {searches}"
    session.flush()
    return len(gone) + len(changed)


def _stored(session: Session) -> dict[_Key, Lift]:
    columns = (UseLift.exposure, UseLift.shown, UseLift.uses, UseLift.reps, UseLift.lift)
    rows = session.execute(select(UseLift.conversation, UseLift.asset_id, *columns))
    return {
        (conversation, asset_id): Lift(exposure, shown, uses, reps, lift)
        for conversation, asset_id, exposure, shown, uses, reps, lift in rows
    }


def _write(session: Session, rows: Sequence[tuple[_Key, Lift]], *, now: datetime) -> None:
    if not rows:
        return
    insert = insert_unless_there(session, UseLift)
    counted = ("exposure", "shown", "uses", "reps", "lift", "folded_at")
    statement = insert.on_conflict_do_update(
        index_elements=["conversation", "asset_id"], set_={name: insert.excluded[name] for name in counted}
    )
    session.connection().execute(
        statement,
        [
            {
                "conversation": conversation,
                "asset_id": asset_id,
                "exposure": each.exposure,
                "shown": each.shown,
                "uses": each.uses,
                "reps": each.reps,
                "lift": each.lift,
                "folded_at": now,
            }
            for (conversation, asset_id), each in rows
        ],
    )
