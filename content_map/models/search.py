"""Searches as they were asked, and what they served."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from content_map.db import ID_CHARACTERS, Base, new_id


class Search(Base):
    """A situation asked by a person at a time; drafts are never stored."""

    __tablename__ = "searches"
    __table_args__ = (
        Index("ix_searches_user_id_asked_at", "user_id", "asked_at"),
        Index("ix_searches_asked_at", "asked_at"),
        Index("ix_searches_asked_terms_asked_at", "asked_terms", "asked_at"),
    )

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    # Blanked by erasure; what was recognised stays for the gap reports.
    situation: Mapped[str | None] = mapped_column(Text)
    # The rep ticked "marketing may read this".
    may_be_read: Mapped[bool] = mapped_column(default=False)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    conversation: Mapped[str | None] = mapped_column(String(30))
    prefer: Mapped[str | None] = mapped_column(String(30))
    # {"terms": [...], "require": [...], "ignore": [...]}, each `facet:term`; "left_out": [{"term", "words"}].
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # [{"facet", "term", "name", "words", "negated"}], and the conversation it was read as.
    recognised: Mapped[list[Any]] = mapped_column(default=list)
    # Its terms as `facet:term`, sorted, one a line, those it denies left out: equal where the same is asked.
    asked_terms: Mapped[str] = mapped_column(Text, default="", server_default="")
    read_as: Mapped[str | None] = mapped_column(String(30))
    confidence: Mapped[float | None]
    total: Mapped[int]
    took_ms: Mapped[float]
    surface: Mapped[str] = mapped_column(String(20))
    # The search of the same person within the ten minutes before, if any.
    follows_id: Mapped[str | None] = mapped_column(ForeignKey("searches.id"))


class SearchHit(Base):
    """One asset that a search served; ranks begin at 1 and further pages go on counting."""

    __tablename__ = "search_hits"

    search_id: Mapped[str] = mapped_column(ForeignKey("searches.id", ondelete="CASCADE"), primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("assets.id"), primary_key=True, index=True)
    rank: Mapped[int]
    # Served in the exploration slot: it fits by its words and was rarely shown.
    is_explored: Mapped[bool] = mapped_column(default=False, server_default=false())
