"""Many files at once: which run took them in, and what became of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from content_map.db import ID_CHARACTERS, Base, new_id


class Intake(Base):
    """One run over a folder, a prefix of the store, or a table of metadata."""

    __tablename__ = "intakes"
    __table_args__ = (
        CheckConstraint("kind IN ('folder', 'objects', 'table')", name="kind"),
        CheckConstraint("state IN ('running', 'done', 'stopped')", name="state"),
        Index("ix_intakes_created_at_id", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(10))
    # The folder, prefix or file name, as it was given.
    source: Mapped[str] = mapped_column(String(1024))
    # What every file of the run was given besides, so that a retry gives it too.
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(10), default="running")
    created_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class IntakeItem(Base):
    """One file, object or row of a run."""

    __tablename__ = "intake_items"
    __table_args__ = (
        CheckConstraint("verdict IN ('added', 'changed', 'unchanged', 'refused')", name="verdict"),
        Index("ix_intake_items_intake_id_verdict", "intake_id", "verdict"),
    )

    intake_id: Mapped[str] = mapped_column(ForeignKey("intakes.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    # A path below the run's source, an object's key, or a row's external id.
    name: Mapped[str] = mapped_column(String(1024))
    verdict: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(Text)
    asset_id: Mapped[str | None] = mapped_column(ForeignKey("assets.id", ondelete="SET NULL"))
