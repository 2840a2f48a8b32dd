"""Content that somebody asked marketing for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content_map.db import ID_CHARACTERS, Base, new_id
from content_map.domain.conversations import Conversation
from content_map.models._checks import one_of
from content_map.models.user import User


class Request(Base):
    """A situation without good content, in the asker's own words."""

    __tablename__ = "requests"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'planned', 'filled', 'declined')", name="status"),
        CheckConstraint("status <> 'filled' OR asset_id IS NOT NULL", name="filled_has_asset"),
        one_of("conversation", Conversation),
        Index("ix_requests_status_created_at", "status", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    situation: Mapped[str] = mapped_column(Text)
    conversation: Mapped[str | None] = mapped_column(String(30))
    note: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(10), default="open")
    answer: Mapped[str | None] = mapped_column(Text)
    asset_id: Mapped[str | None] = mapped_column(ForeignKey("assets.id"))
    asked_by: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    search_id: Mapped[str | None] = mapped_column(ForeignKey("searches.id"))
    # Marketing's side of it: who answers, and until when.
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"), index=True)
    due_on: Mapped[date | None]
    # What its search was read as, `facet:term`: how those who asked the same are found and told.
    terms: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    filled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    asker: Mapped[User] = relationship(lazy="joined", foreign_keys=[asked_by])
    owner: Mapped[User | None] = relationship(lazy="joined", foreign_keys=[owner_id])
