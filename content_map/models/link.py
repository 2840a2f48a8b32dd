"""Whether an asset that is an address still leads somewhere."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from content_map.db import Base


class LinkCheck(Base):
    """The last look at a version's address. `failures` counts the looks in a row that found nothing."""

    __tablename__ = "link_checks"

    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True)
    checked_at: Mapped[datetime]
    # The last look that found something; null where none ever did.
    answered_at: Mapped[datetime | None]
    next_check_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]
    # Where the address led in the end.
    final_url: Mapped[str | None] = mapped_column(String(2000))
    etag: Mapped[str | None] = mapped_column(String(300))
    last_modified: Mapped[str | None] = mapped_column(String(100))
    failures: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(Text)
