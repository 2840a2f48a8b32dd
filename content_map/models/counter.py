"""Counters folded from the usage events: a store of answers that knows which of them it no longer knows.

The events stay the only source. A mark says that events of an asset changed about an instant; until the fold
has taken it, whoever reads asks the events themselves for that asset.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from content_map.db import Base


class CountMark(Base):
    """Events of this asset came, went or were answered about this instant, in the same transaction."""

    __tablename__ = "count_marks"

    # Never reused and never unique by asset: a fold deletes only what it has seen.
    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    asset_id: Mapped[str] = mapped_column(String(32))
    occurred_at: Mapped[datetime] = mapped_column(index=True)


class AssetQuarter(Base):
    """What counted of one asset in one quarter: the fields of `domain.unused.AssetHistory`."""

    __tablename__ = "asset_quarters"

    quarter: Mapped[str] = mapped_column(String(7), primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("assets.id"), primary_key=True, index=True)
    impressions: Mapped[int]
    near_top_impressions: Mapped[int]
    near_top_reps: Mapped[int]
    reps: Mapped[int]
    opens: Mapped[int]
    bare_downloads: Mapped[int]
    uses: Mapped[int]
    outcomes_reached: Mapped[int]
    accounts: Mapped[int]
    users: Mapped[int]
    customer_views: Mapped[int]
    sent_or_tailored: Mapped[int]
    logged_by_hand: Mapped[int]
    by_api: Mapped[int]
    # {feedback: rows} and {excluded reason: rows}.
    feedback: Mapped[dict[str, Any]] = mapped_column(default=dict)
    left_out: Mapped[dict[str, Any]] = mapped_column(default=dict)


class PersonQuarter(Base):
    """What counted of one asset by one person in one quarter; never shown of fewer than five people."""

    __tablename__ = "person_quarters"
    __table_args__ = (Index("ix_person_quarters_quarter_actor_id", "quarter", "actor_id"),)

    quarter: Mapped[str] = mapped_column(String(7), primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("assets.id"), primary_key=True)
    actor_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    impressions: Mapped[int]
    near_top_impressions: Mapped[int]
    opens: Mapped[int]
    bare_downloads: Mapped[int]
    uses: Mapped[int]
    outcomes_reached: Mapped[int]
