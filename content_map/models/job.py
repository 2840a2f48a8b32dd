"""Work for later, and leases that let one process at a time do a thing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from content_map.db import ID_CHARACTERS, Base, new_ordered_id


class Job(Base):
    """One piece of work. A renewed job (same `dedupe_key`) only raises `version`, so edits coalesce."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'dead')", name="state"),
        Index("ix_jobs_state_run_at", "state", "run_at"),
        Index("ix_jobs_kind_run_at", "kind", "run_at"),
        Index("ix_jobs_state_priority_id", "state", "priority", "id"),
    )

    # In the order they were left in, so that equals are served first come, first served.
    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_ordered_id)
    kind: Mapped[str] = mapped_column(String(40))
    # The lower, the sooner, among those that are due.
    priority: Mapped[int] = mapped_column(SmallInteger, default=5, server_default="5")
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True, default=new_ordered_id)
    # The id of the row the job is about.
    subject: Mapped[str] = mapped_column(String(64), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    version: Mapped[int] = mapped_column(default=1)
    attempts: Mapped[int] = mapped_column(default=0)
    run_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    # A claim's own secret: whoever finishes must still hold it.
    fence: Mapped[str | None] = mapped_column(String(ID_CHARACTERS))
    last_error: Mapped[str | None] = mapped_column(Text)


class Lease(Base):
    """A named right that one process holds until it runs out, such as writing the index."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[str] = mapped_column(String(ID_CHARACTERS))
    until: Mapped[datetime]


class Heartbeat(Base):
    """When a worker last said it lives; health asks for it."""

    __tablename__ = "heartbeats"

    worker: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]


class Mark(Base):
    """A fact about the whole database, such as that it is a demo."""

    __tablename__ = "marks"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class IdempotentReply(Base):
    """The answer to a POST that carried an Idempotency-Key, given again when it is repeated."""

    __tablename__ = "idempotent_replies"

    user_id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    # Null while the first request is still being answered.
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    body: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
