"""Answers kept under a client's Idempotency-Key, so that a repeated POST acts once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_
from sqlalchemy.orm import Session

from content_map.errors import Conflict, Invalid
from content_map.models import IdempotentReply
from content_map.statements import insert_unless_there

KEPT = timedelta(hours=24)
# Afterwards a first request without an answer counts as lost with its process.
ANSWERED_WITHIN = timedelta(minutes=15)
RETRY_SECONDS = 1
KEY_CHARACTERS = 200
TOO_MANY = 429
BODY_CHARACTERS = 1_000_000


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that was given before."""

    status: int
    headers: Mapping[str, str]
    body: str


def begin(session: Session, user_id: str, key: str, request_hash: str, *, now: datetime) -> Reply | None:
    """Take the key for a first request (None), or give the answer it had.

    Raises Invalid (the key came with another request before), Conflict (the first is still being answered).
    """
    if len(key) > KEY_CHARACTERS or not key.isprintable():
        raise Invalid.field("/Idempotency-Key", f"A key has at most {KEY_CHARACTERS} printable characters.")
    unanswered = and_(IdempotentReply.status.is_(None), IdempotentReply.created_at < now - ANSWERED_WITHIN)
    old = or_(IdempotentReply.created_at < now - KEPT, unanswered)
    session.execute(delete(IdempotentReply).where(old))
    taken = session.scalar(
        insert_unless_there(session, IdempotentReply)
        .values(user_id=user_id, key=key, request_hash=request_hash, headers={}, created_at=now)
        .on_conflict_do_nothing()
        .returning(IdempotentReply.key)
    )
    if taken is not None:
        return None
    known = session.get_one(IdempotentReply, (user_id, key), populate_existing=True)
    if known.request_hash != request_hash:
        raise Invalid.field("/Idempotency-Key", "This key came with another request before. Use a new one.")
    if known.status is None:
        raise Conflict(
            "The first request with this key is still being answered. Try again in a moment.",
            retry_after_seconds=RETRY_SECONDS,
        )
    return Reply(known.status, known.headers, known.body or "")


def keep(
    session: Session, user_id: str, key: str, status: int, headers: Mapping[str, str], body: str | None
) -> None:
    """Keep the answer; one without a body to keep, or that another try may change, frees the key instead."""
    reply = session.get(IdempotentReply, (user_id, key))
    if reply is None:
        return
    if body is None or status >= 500 or status == TOO_MANY or len(body) > BODY_CHARACTERS:
        session.delete(reply)
    else:
        reply.status, reply.headers, reply.body = status, dict(headers), body
