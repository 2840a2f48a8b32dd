"""Corrections of what people logged by mistake; the event stays and says what replaced it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from content_map.db import Base


class UsageCorrection(Base):
    """An event that its author took back; `replaced_by` None: nothing took its place."""

    __tablename__ = "usage_corrections"

    event_id: Mapped[str] = mapped_column(ForeignKey("usage_events.id"), primary_key=True)
    replaced_by: Mapped[str | None] = mapped_column(ForeignKey("usage_events.id"), index=True)
    # Why the event did not count before, if it did not; what it returns to when the correction is undone.
    was_excluded: Mapped[str | None] = mapped_column(String(20))
    made_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
