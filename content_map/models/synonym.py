"""Words that mean the same in this company's mouth, kept by admins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from content_map.db import ID_CHARACTERS, Base, new_id


class Synonym(Base):
    """Whoever writes `said` is shown what says `means` too; both ways where `both_ways`."""

    __tablename__ = "synonyms"
    __table_args__ = (UniqueConstraint("said", "means"),)

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    said: Mapped[str] = mapped_column(String(100))
    means: Mapped[str] = mapped_column(String(100))
    both_ways: Mapped[bool] = mapped_column(default=True)
    created_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
