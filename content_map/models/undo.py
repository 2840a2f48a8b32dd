"""What a change of many assets can be taken back to, for ten minutes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from content_map.db import ID_CHARACTERS, Base, new_id


class Undo(Base):
    """The changed fields of each asset as they were; the id is the token, and only its maker may use it."""

    __tablename__ = "undos"

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    # What was done, such as "bulk" or "suggestions".
    act: Mapped[str] = mapped_column(String(40))
    # "assets": asset id to field to [before, after]; "suggestions": the ids of those that were accepted.
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
