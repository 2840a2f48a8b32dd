"""Large files on their way: parts go straight to the store, the row remembers where they belong."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from content_map.db import ID_CHARACTERS, Base, new_id


class Upload(Base):
    """A file that arrives in parts. Only `completed` has an asset; abandoned ones are swept with their parts."""

    __tablename__ = "uploads"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'completed', 'aborted')", name="state"),
        CheckConstraint("state <> 'completed' OR asset_id IS NOT NULL", name="completed_has_asset"),
        CheckConstraint("size_bytes >= 1", name="size_bytes"),
        Index("ix_uploads_state_expires_at", "state", "expires_at"),
    )

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    created_by: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(200))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    part_bytes: Mapped[int]
    store_key: Mapped[str] = mapped_column(String(200), unique=True)
    # The store's own name for what is arriving.
    store_upload: Mapped[str] = mapped_column(String(1024))
    state: Mapped[str] = mapped_column(String(10), default="open")
    # The asset it became, or whose next version it became.
    asset_id: Mapped[str | None] = mapped_column(ForeignKey("assets.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
