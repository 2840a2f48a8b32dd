"""What pages mean, as numbers: made by the worker where the extra `[semantic]` is on, never needed."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from content_map.db import ID_CHARACTERS, Base


class PageMeaning(Base):
    """A page's vector, as signed bytes of unit length times 127; `model` names what made it."""

    __tablename__ = "page_meanings"
    __table_args__ = (
        # Of the page, not of the version: a file that is read again has new pages, and none of the old vectors.
        ForeignKeyConstraint(
            ["version_id", "number"], ["pages.version_id", "pages.number"], ondelete="CASCADE"
        ),
    )

    version_id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    model: Mapped[str] = mapped_column(String(60))
    vector: Mapped[bytes] = mapped_column(LargeBinary)
