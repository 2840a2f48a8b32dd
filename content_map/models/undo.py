"""What a change of many assets can be taken back to, for ten minutes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from content_map.db import ID_CHARACTERS, Base, new_id


class Undo(Base):
    """The fields of each changed asset as they were; the id is the token, and only its maker may use it."""

    __tablename__ = "undos"

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    # What was done, such as "bulk" or "suggestions".
    act: Mapped[str] = mapped_column(String(40))
    # Asset id to {"before": its changed fields, "revision": the one the change left behind}, and what else is to undo.
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
