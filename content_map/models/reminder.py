"""What was said once must not be said twice: reminders of a review, and the weekly digest."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from content_map.db import ID_CHARACTERS, Base


class Reminder(Base):
    """An owner was reminded of an asset's review, `days` after its day (-14, 0 or 7)."""

    __tablename__ = "reminders"

    asset_id: Mapped[str] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True)
    review_by: Mapped[date] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    reminded_at: Mapped[datetime]


class Digest(Base):
    """The summary of one person's open work was made for the week that began on `monday`."""

    __tablename__ = "digests"

    user_id: Mapped[str] = mapped_column(String(ID_CHARACTERS), ForeignKey("users.id"), primary_key=True)
    monday: Mapped[date] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
