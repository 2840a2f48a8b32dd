"""Storing events so that each counts once: the earliest of a half-hour counts, whatever arrives first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from sqlalchemy import select, union, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from content_map.domain.counting import RepeatKey, repeats
from content_map.domain.usage import ExcludedReason
from content_map.models import UsageEvent
from content_map.services import usage_known, usage_marks
from content_map.services.usage_known import KnownPerson
from content_map.services.usage_marks import Pair
from content_map.statements import any_of

EventRow = dict[str, Any]
"""The columns of one `usage_events` row."""

_AT_ONCE = 1_000  # rows, or keys, in one statement
_COMPETING = (None, ExcludedReason.REPEAT.value)

_EVENTS = UsageEvent.__table__
_THERE = select(
    _EVENTS.c.id,
    _EVENTS.c.actor_id,
    _EVENTS.c.once_key,
    _EVENTS.c.occurred_at,
    _EVENTS.c.asset_id,
    _EVENTS.c.excluded_reason,
)
# Not one question with OR: each half has an index of its own, and takes it whatever is known of the table's size.
_BESIDE = union(_THERE.where(any_of(_EVENTS.c.id, "ids")), _THERE.where(any_of(_EVENTS.c.once_key, "keys")))
# Made once: see services/usage_known.py.
_INSERT = {
    name: dialect.insert(_EVENTS)
    .on_conflict_do_nothing(index_elements=["id"])
    .inline()
    .execution_options(preserve_rowcount=True)
    for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
}


@dataclass(frozen=True, slots=True)
class Rival:
    """An event that competes with others of its half-hour for being the one that counts."""

    id: str
    occurred_at: datetime
    asset_id: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """What is stored already: the actors of events by their ids, and the rivals by their half-hours' keys."""

    actors: Mapping[str, str]
    rivals: Mapping[str, Sequence[Rival]]


def hold(session: Session, actor_ids: Collection[str]) -> Mapping[str, KnownPerson]:
    """Let nobody else record for these people until the transaction ends: their half-hours are settled here."""
    return usage_known.held_people(session, actor_ids)


def stored_key(key: RepeatKey | None) -> str | None:
    """Write a repeat key as the column holds it."""
    if key is None:
        return None
    half_hour = key.half_hour.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="minutes")
    return f"{key.counted_as}:{key.actor}:{key.asset}:{half_hour}Z"


def mark(session: Session, pairs: Iterable[Pair]) -> None:
    """Say that what counts of these assets about these instants changed; whoever changes events says so."""
    usage_marks.mark(session, pairs)


def beside(session: Session, ids: Collection[str], keys: Collection[str]) -> Beside:
    """Load what is stored already under these ids and in these half-hours, in one statement."""
    actors: dict[str, str] = {}
    rivals: dict[str, list[Rival]] = defaultdict(list)
    if not (ids or keys):
        return Beside(actors, rivals)
    given = {"ids": [*ids], "keys": [*keys]}
    for id_, actor_id, key, occurred_at, asset_id, reason in session.connection().execute(_BESIDE, given):
        if id_ in ids:
            actors[id_] = actor_id
        if key in keys and reason in _COMPETING:
            rivals[key].append(Rival(id_, occurred_at, asset_id or "", counts=reason is None))
    return Beside(actors, rivals)


def store(session: Session, rows: Sequence[EventRow], there: Beside | None = None) -> frozenset[str]:
    """Insert the rows, settle which of each half-hour counts and mark what that changes; returns the new ids.

    The caller holds the actors of the rows, of whom none has an event with these ids yet. `there` is what was
    loaded `beside` the rows since; without it this loads the half-hours itself.
    """
    session.flush()
    stored: set[str] = set()
    # In one order everywhere: two who send the same ids then wait for each other, never in a ring.
    ordered = sorted(rows, key=lambda row: str(row["id"]))
    for start in range(0, len(ordered), _AT_ONCE):
        some = ordered[start : start + _AT_ONCE]
        known = there if there is not None and start == 0 else beside(session, (), _keys(some))
        stored |= _store_some(session, some, known.rivals)
    return frozenset(stored)


def _keys(rows: Iterable[EventRow]) -> set[str]:
    return {row["once_key"] for row in rows if row["once_key"] is not None}


def _store_some(session: Session, rows: Sequence[EventRow], known: Mapping[str, Sequence[Rival]]) -> set[str]:
    rivals: dict[str, list[Rival]] = {key: [*known.get(key, ())] for key in _keys(rows)}
    for row in rows:
        if row["once_key"] is not None:
            rivals[row["once_key"]].append(_of_row(row))
    repeated = _repeated(rivals.values())
    # Step back first, step forward after: at no moment may two of a half-hour count.
    stepping_back = [each for each in _all(rivals) if each.counts and each.id in repeated]
    _set_reason(session, stepping_back, ExcludedReason.REPEAT)
    stored = _insert(
        session,
        [
            {**row, "excluded_reason": ExcludedReason.REPEAT.value} if row["id"] in repeated else row
            for row in rows
        ],
    )
    turned = stepping_back
    if len(stored) < len(rows):
        # Somebody else's event took one of the ids in the meantime; those keys are judged again as they are.
        turned = [*stepping_back, *_settle(session, rivals.keys())]
    new = [row for row in rows if row["id"] in stored]
    touched = [(row["asset_id"], row["occurred_at"]) for row in new if row["asset_id"] is not None]
    turns = ((each.asset_id, each.occurred_at) for each in turned)
    mark(session, chain(touched, turns, usage_marks.answered(session, new)))
    return stored


def _of_row(row: EventRow) -> Rival:
    return Rival(row["id"], row["occurred_at"], row["asset_id"], counts=False)


def _settle(session: Session, keys: Collection[str]) -> list[Rival]:
    rivals = beside(session, (), keys).rivals
    repeated = _repeated(rivals.values())
    back = [each for each in _all(rivals) if each.counts and each.id in repeated]
    forward = [each for each in _all(rivals) if not each.counts and each.id not in repeated]
    _set_reason(session, back, ExcludedReason.REPEAT)
    _set_reason(session, forward, None)
    return [*back, *forward]


def _repeated(groups: Iterable[Sequence[Rival]]) -> frozenset[str]:
    return frozenset(id_ for rivals in groups for id_ in repeats(rivals))


def _all(rivals: Mapping[str, Sequence[Rival]]) -> list[Rival]:
    return [each for group in rivals.values() for each in group]


def _set_reason(session: Session, rivals: Sequence[Rival], reason: ExcludedReason | None) -> None:
    ids = [each.id for each in rivals]
    for start in range(0, len(ids), _AT_ONCE):
        some = UsageEvent.id.in_(ids[start : start + _AT_ONCE])
        session.execute(update(UsageEvent).where(some).values(excluded_reason=reason and reason.value))


def _insert(session: Session, rows: Sequence[EventRow]) -> set[str]:
    ids = {str(row["id"]) for row in rows}
    # Rows without an answer go in faster; only when one was missing is it asked which.
    done = session.connection().execute(_INSERT[session.get_bind().dialect.name], rows)
    if done.rowcount == len(rows):
        return ids
    # Nobody else records for these people now: what stands under their names came with these rows.
    there = beside(session, ids, ()).actors
    return {str(row["id"]) for row in rows if there.get(row["id"]) == row["actor_id"]}
