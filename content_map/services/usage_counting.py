"""Storing events so that each counts once: the earliest of a half-hour counts, whatever arrives first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from content_map.db import insert_unless_there
from content_map.domain.counting import RepeatKey, repeats
from content_map.domain.usage import ExcludedReason
from content_map.models import UsageEvent, User
from content_map.services import usage_marks
from content_map.services.usage_marks import Pair

EventRow = dict[str, Any]
"""The columns of one `usage_events` row."""

_AT_ONCE = 1_000  # rows, or keys, in one statement


def hold(session: Session, actor_ids: Collection[str]) -> None:
    """Let nobody else record for these people until the transaction ends: their half-hours are settled here.

    Taken in one order everywhere. It does not stand in the way of rows that merely refer to the person.
    """
    session.execute(
        select(User.id).where(User.id.in_(actor_ids)).order_by(User.id).with_for_update(key_share=True)
    ).all()


def stored_key(key: RepeatKey | None) -> str | None:
    """Write a repeat key as the column holds it."""
    if key is None:
        return None
    half_hour = key.half_hour.astimezone(UTC)
    return f"{key.counted_as}:{key.actor}:{key.asset}:{half_hour:%Y-%m-%dT%H:%MZ}"


def mark(session: Session, pairs: Iterable[Pair]) -> None:
    """Say that what counts of these assets about these instants changed; whoever changes events says so."""
    usage_marks.mark(session, pairs)


def store(session: Session, rows: Sequence[EventRow]) -> frozenset[str]:
    """Insert the rows, settle which of each half-hour counts and mark what that changes; returns the new ids.

    The caller holds the actors of the rows.
    """
    session.flush()
    stored: set[str] = set()
    # In one order everywhere: two who send the same ids then wait for each other, never in a ring.
    ordered = sorted(rows, key=lambda row: str(row["id"]))
    for start in range(0, len(ordered), _AT_ONCE):
        stored |= _store_some(session, ordered[start : start + _AT_ONCE])
    return frozenset(stored)


@dataclass(frozen=True, slots=True)
class _Rival:
    id: str
    occurred_at: datetime
    asset_id: str
    counts: bool


def _store_some(session: Session, rows: Sequence[EventRow]) -> set[str]:
    keys = {row["once_key"] for row in rows if row["once_key"] is not None}
    rivals = _stored_rivals(session, keys)
    for row in rows:
        if row["once_key"] is not None:
            rivals[row["once_key"]].append(_of_row(row))
    repeated = _repeated(rivals.values())
    # Step back first, step forward after: at no moment may two of a half-hour count.
    stepping_back = [each for each in _all(rivals) if each.counts and each.id in repeated]
    _set_reason(session, stepping_back, ExcludedReason.REPEAT)
    marked = [
        {**row, "excluded_reason": ExcludedReason.REPEAT} if row["id"] in repeated else row for row in rows
    ]
    stored = _insert(session, marked)
    turned = stepping_back
    if len(stored) < len(rows):
        # Somebody else's event took one of the ids in the meantime; those keys are judged again as they are.
        turned = [*stepping_back, *_settle(session, keys)]
    new = [row for row in rows if row["id"] in stored]
    touched = [(row["asset_id"], row["occurred_at"]) for row in new if row["asset_id"] is not None]
    turns = ((each.asset_id, each.occurred_at) for each in turned)
    mark(session, chain(touched, turns, usage_marks.answered(session, new)))
    return stored


def _of_row(row: EventRow) -> _Rival:
    return _Rival(row["id"], row["occurred_at"], row["asset_id"], counts=False)


def _settle(session: Session, keys: Collection[str]) -> list[_Rival]:
    rivals = _stored_rivals(session, keys)
    repeated = _repeated(rivals.values())
    back = [each for each in _all(rivals) if each.counts and each.id in repeated]
    forward = [each for each in _all(rivals) if not each.counts and each.id not in repeated]
    _set_reason(session, back, ExcludedReason.REPEAT)
    _set_reason(session, forward, None)
    return [*back, *forward]


def _stored_rivals(session: Session, keys: Collection[str]) -> dict[str, list[_Rival]]:
    rivals: dict[str, list[_Rival]] = defaultdict(list)
    if not keys:
        return rivals
    columns = (
        UsageEvent.once_key,
        UsageEvent.id,
        UsageEvent.occurred_at,
        UsageEvent.asset_id,
        UsageEvent.excluded_reason,
    )
    competing = or_(
        UsageEvent.excluded_reason.is_(None), UsageEvent.excluded_reason == ExcludedReason.REPEAT.value
    )
    for key, id_, occurred_at, asset_id, reason in session.execute(
        select(*columns).where(UsageEvent.once_key.in_(keys), competing)
    ):
        rivals[key or ""].append(_Rival(id_, occurred_at, asset_id or "", counts=reason is None))
    return rivals


def _repeated(groups: Iterable[Sequence[_Rival]]) -> frozenset[str]:
    return frozenset(id_ for rivals in groups for id_ in repeats(rivals))


def _all(rivals: dict[str, list[_Rival]]) -> list[_Rival]:
    return [each for group in rivals.values() for each in group]


def _set_reason(session: Session, rivals: Sequence[_Rival], reason: ExcludedReason | None) -> None:
    ids = [each.id for each in rivals]
    for start in range(0, len(ids), _AT_ONCE):
        some = UsageEvent.id.in_(ids[start : start + _AT_ONCE])
        session.execute(update(UsageEvent).where(some).values(excluded_reason=reason and reason.value))


def _insert(session: Session, rows: Sequence[EventRow]) -> set[str]:
    statement = (
        insert_unless_there(session, UsageEvent)
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(UsageEvent.id)
    )
    return set(session.connection().execute(statement, rows).scalars())
