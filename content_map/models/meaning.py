"""What pages mean, as numbers: made by the worker where the extra `[semantic]` is on, never needed."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from content_map.db import ID_CHARACTERS, Base


class PageMeaning(Base):
    """A page's vector, as signed bytes of unit length times 127, and what it was made of besides the page's text.

    `model` names what made it, `title` is the asset's title, which was encoded with the text.
    """

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
    title: Mapped[str] = mapped_column(String(300))
    vector: Mapped[bytes] = mapped_column(LargeBinary)
