"""What pages mean, as numbers: made by the worker where the extra `[semantic]` is on, never needed."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from content_map.db import Base


class PageMeaning(Base):
    """A page's vector, as signed bytes of unit length times 127; `model` names what made it."""

    __tablename__ = "page_meanings"

    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    model: Mapped[str] = mapped_column(String(60))
    vector: Mapped[bytes] = mapped_column(LargeBinary)
