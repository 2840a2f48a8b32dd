"""Customer companies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from content_map.db import ID_CHARACTERS, Base, new_id


class Account(Base):
    """A customer company. `name_key` is the name after NFKC, case-fold and collapsed spaces."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    external_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200), unique=True)
    industry: Mapped[str | None] = mapped_column(String(80))
    size: Mapped[str | None] = mapped_column(String(80))
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    # Set when merged: everything that named this account is re-pointed to the other.
    merged_into_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]
