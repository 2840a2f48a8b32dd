"""The retirement docket: what two sides decide about each unused asset, and the work that follows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content_map.db import ID_CHARACTERS, Base, new_id
from content_map.domain.docket import Choice, TaskKind
from content_map.domain.unused import Side, Stage
from content_map.models._checks import one_of
from content_map.models.asset import Asset
from content_map.models.user import User


class DocketItem(Base):
    """One unused asset of one quarter with what marketing and sales say; settled when both say the same."""

    __tablename__ = "docket_items"
    __table_args__ = (
        UniqueConstraint("quarter", "asset_id"),
        one_of("stage", Stage),
        one_of("marketing_choice", Choice),
        one_of("sales_choice", Choice),
        one_of("settled_choice", Choice),
        CheckConstraint(
            "settled_choice IS NULL OR (settled_choice = marketing_choice AND settled_choice = sales_choice)",
            name="settled_by_both",
        ),
    )

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    quarter: Mapped[str] = mapped_column(String(7))
    asset_id: Mapped[str] = mapped_column(ForeignKey("assets.id"), index=True)
    # The class when it came onto the docket.
    stage: Mapped[str] = mapped_column(String(20))
    marketing_choice: Mapped[str | None] = mapped_column(String(10))
    marketing_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    marketing_at: Mapped[datetime | None]
    sales_choice: Mapped[str | None] = mapped_column(String(10))
    sales_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    sales_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(Text)
    # Only for retire: the asset that takes its place.
    successor_id: Mapped[str | None] = mapped_column(ForeignKey("assets.id"))
    settled_choice: Mapped[str | None] = mapped_column(String(10))
    settled_at: Mapped[datetime | None]

    asset: Mapped[Asset] = relationship(lazy="raise_on_sql", foreign_keys=[asset_id])
    successor: Mapped[Asset | None] = relationship(lazy="raise_on_sql", foreign_keys=[successor_id])


class Task(Base):
    """Work that a decision or a cure asks for, with the side that owns it; teaching ends with who was reached."""

    __tablename__ = "tasks"
    __table_args__ = (
        one_of("kind", TaskKind),
        one_of("side", Side),
        CheckConstraint("reps_reached IS NULL OR reps_reached >= 0", name="reps_reached"),
        CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name="done"),
        Index("ix_tasks_done_at_due_on", "done_at", "due_on"),
        # One open task of a kind for an asset: who asks again joins it.
        Index(
            "uq_tasks_open",
            "asset_id",
            "kind",
            unique=True,
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(10))
    side: Mapped[str] = mapped_column(String(10))
    asset_id: Mapped[str] = mapped_column(ForeignKey("assets.id"), index=True)
    # The report's quarter that asked for it, whether by docket or by a cure's button.
    quarter: Mapped[str | None] = mapped_column(String(7))
    note: Mapped[str | None] = mapped_column(Text)
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"), index=True)
    due_on: Mapped[date | None]
    made_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    # For teaching: the day it was taught and how many reps were there.
    taught_on: Mapped[date | None]
    reps_reached: Mapped[int | None]

    asset: Mapped[Asset] = relationship(lazy="raise_on_sql")
    assignee: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[assignee_id])
