"""What readers say is wrong with an asset, as a task for the one who can mend it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content_map.db import ID_CHARACTERS, Base, new_id
from content_map.domain.usage import Feedback
from content_map.models._checks import one_of
from content_map.models.asset import Asset


def _one_open(name: str, where: str, *columns: str) -> Index:
    return Index(name, *columns, unique=True, sqlite_where=text(where), postgresql_where=text(where))


class Flag(Base):
    """One complaint about one asset, however many readers made it; the events themselves stay the source.

    `team_id` is set where a team's manager is to act (teach), and null where the asset's owner is.
    """

    __tablename__ = "flags"
    __table_args__ = (
        one_of("code", Feedback),
        CheckConstraint("state IN ('open', 'done', 'dismissed')", name="state"),
        CheckConstraint("reports >= 1", name="reports"),
        _one_open("uq_flags_open_owner", "state = 'open' AND team_id IS NULL", "asset_id", "code"),
        _one_open(
            "uq_flags_open_team", "state = 'open' AND team_id IS NOT NULL", "asset_id", "code", "team_id"
        ),
        Index("ix_flags_state_last_raised_at", "state", "last_raised_at"),
    )

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    asset_id: Mapped[str] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(20))
    team_id: Mapped[str | None] = mapped_column(ForeignKey("teams.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="open")
    reports: Mapped[int] = mapped_column(default=1)
    raised_at: Mapped[datetime]
    last_raised_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    # Of a flag that was taught away: how many reps were reached.
    reps_reached: Mapped[int | None]
    # What was done about it, for the readers who asked.
    note: Mapped[str | None] = mapped_column(Text)

    asset: Mapped[Asset] = relationship(lazy="joined")
