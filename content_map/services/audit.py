"""The audit trail: entries chained by hash, written in the transaction of the act itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from content_map.domain.people import Actor
from content_map.domain.permissions import Right, require
from content_map.models import AuditEntry, AuditHead
from content_map.services import cursors
from content_map.services.cursors import Slice
from content_map.statements import insert_unless_there

HEAD = 1
NUMBER_DIGITS = 9  # what an integer column holds everywhere
_CHAINED = ("number", "at", "actor_id", "action", "noun", "noun_id", "changes", "previous_hash")


def note(
    session: Session,
    action: str,
    noun: str,
    noun_id: str,
    *,
    actor: Actor | None,
    now: datetime,
    changes: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Append one entry; `changes` holds plain JSON values, never secrets. No actor: a command on the machine."""
    entry = AuditEntry(**_next(_head(session), action, noun, noun_id, actor, now, changes or {}))
    session.add(entry)
    session.flush()
    return entry


def note_each(
    session: Session,
    action: str,
    noun: str,
    changes: Mapping[str, Mapping[str, Any]],
    *,
    actor: Actor | None,
    now: datetime,
) -> None:
    """Append one entry for each id with its changes, in their order, and write them together."""
    head = _head(session)
    rows = [_next(head, action, noun, noun_id, actor, now, changed) for noun_id, changed in changes.items()]
    if rows:
        session.connection().execute(insert(AuditEntry), rows)
    session.flush()


def _head(session: Session) -> AuditHead:
    head = session.get(AuditHead, HEAD, with_for_update=True)
    if head is None:
        # Two first acts at once: one makes the head, the other finds it there.
        first = insert_unless_there(session, AuditHead).values(id=HEAD, number=0, hash="")
        session.execute(first.on_conflict_do_nothing())
        head = session.get_one(AuditHead, HEAD, with_for_update=True)
    return head


def _next(
    head: AuditHead,
    action: str,
    noun: str,
    noun_id: str,
    actor: Actor | None,
    now: datetime,
    changes: Mapping[str, Any],
) -> dict[str, Any]:
    """Make the row that follows the head, and move the head to it."""
    entry = {
        "number": head.number + 1,
        "at": now,
        "actor_id": actor.id if actor else None,
        "action": action,
        "noun": noun,
        "noun_id": noun_id,
        "changes": json.loads(json.dumps(changes, default=str)),
        "previous_hash": head.hash,
    }
    entry["hash"] = _hash(entry)
    head.number, head.hash = entry["number"], entry["hash"]
    return entry


def listed(
    session: Session, *, limit: int = 50, cursor: str | None = None, actor: Actor
) -> Slice[AuditEntry]:
    """List the entries, newest first, a part at a time. Raises NotAllowed, Invalid."""
    require(actor, Right.SEE_AUDIT)
    wanted = select(AuditEntry)
    if cursor is not None:
        last = cursors.read(cursor, parts=1)[0]
        if not (last.isascii() and last.isdecimal() and len(last) <= NUMBER_DIGITS):
            raise cursors.refused()
        wanted = wanted.where(AuditEntry.number < int(last))
    limit = cursors.bounded(limit)
    found = session.scalars(wanted.order_by(AuditEntry.number.desc()).limit(limit + 1)).all()
    return Slice(found[:limit], cursors.make(str(found[limit - 1].number)) if len(found) > limit else None)


def broken_links(session: Session) -> Iterator[int]:
    """Walk the chain and yield the numbers of entries that were changed, or that follow a missing one."""
    previous, expected = "", 1
    for entry in session.scalars(
        select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=500)
    ):
        if entry.number != expected or entry.previous_hash != previous or entry.hash != _hash_of(entry):
            yield entry.number
        previous, expected = entry.hash, entry.number + 1
    head = session.get(AuditHead, HEAD)
    if head is not None and head.hash != previous:
        yield head.number


def _hash_of(entry: AuditEntry) -> str:
    return _hash({name: getattr(entry, name) for name in _CHAINED})


def _hash(entry: Mapping[str, Any]) -> str:
    moment = entry["at"].isoformat(timespec="microseconds")
    content = [moment if name == "at" else entry[name] for name in _CHAINED]
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
