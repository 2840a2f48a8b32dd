"""What use teaches the ranking: a fold of the usage events, made anew by the worker."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from content_map.db import Base


class UseLift(Base):
    """How an asset fared in one conversation, over all sales users but its owner."""

    __tablename__ = "use_lifts"

    conversation: Mapped[str] = mapped_column(String(30), primary_key=True)
    asset_id: Mapped[str] = mapped_column(
        ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    # Weighted by position and age; `shown` counts impressions as they were, one each.
    exposure: Mapped[float]
    shown: Mapped[int]
    uses: Mapped[int]
    # Distinct sales users who used it in this conversation.
    reps: Mapped[int]
    # The clipped logarithm of its shrunk rate over the conversation's own.
    lift: Mapped[float]
    folded_at: Mapped[datetime]
