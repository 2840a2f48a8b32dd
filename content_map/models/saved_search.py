"""Situations that somebody keeps, and what they have shown already."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from content_map.db import ID_CHARACTERS, Base, new_id


class SavedSearch(Base):
    """A situation kept by the person who asked it; its words are theirs alone."""

    __tablename__ = "saved_searches"
    __table_args__ = (Index("ix_saved_searches_user_id_saved_at", "user_id", "saved_at"),)

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(200))
    situation: Mapped[str] = mapped_column(Text)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    conversation: Mapped[str | None] = mapped_column(String(30))
    prefer: Mapped[str | None] = mapped_column(String(30))
    # {"terms": [...], "require": [...], "ignore": [...]}, each `facet:term`, as in a search.
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # Whether its owner is told of new matches.
    alerts: Mapped[bool] = mapped_column(default=True)
    saved_at: Mapped[datetime]
    # When new matches were last looked for; null until the first time.
    looked_at: Mapped[datetime | None] = mapped_column(index=True)


class SavedSearchMatch(Base):
    """An asset that matched when it was looked for; each is told once."""

    __tablename__ = "saved_search_matches"

    saved_search_id: Mapped[str] = mapped_column(
        ForeignKey("saved_searches.id", ondelete="CASCADE"), primary_key=True
    )
    asset_id: Mapped[str] = mapped_column(
        ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    found_at: Mapped[datetime]
    # Null for what matched already when the situation was saved: nothing new to tell.
    told_at: Mapped[datetime | None]
