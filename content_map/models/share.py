"""Shares: tracked links for one account, opened without sign-in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content_map.db import ID_CHARACTERS, Base, new_id
from content_map.models.account import Account


class Share(Base):
    """A link that a customer opens. Only the token's hash is kept; ended by time, by hand or by the asset."""

    __tablename__ = "shares"
    __table_args__ = (
        CheckConstraint("version IS NULL OR version >= 1", name="version"),
        CheckConstraint("expires_at > made_at", name="order"),
        Index("ix_shares_made_by_made_at", "made_by", "made_at"),
        Index("ix_shares_account_id_made_at", "account_id", "made_at"),
    )

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    # Null is the latest version at the time of looking; a number only for a share of one asset.
    version: Mapped[int | None]
    password_hash: Mapped[str | None] = mapped_column(String(500))
    made_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))

    account: Mapped[Account] = relationship(lazy="joined")
    assets: Mapped[list[SharedAsset]] = relationship(
        order_by="SharedAsset.position", cascade="all, delete-orphan", lazy="selectin"
    )


class SharedAsset(Base):
    """One asset of a share, and the event of its creation."""

    __tablename__ = "shared_assets"

    share_id: Mapped[str] = mapped_column(ForeignKey("shares.id", ondelete="CASCADE"), primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("assets.id"), primary_key=True, index=True)
    position: Mapped[int]
    event_id: Mapped[str] = mapped_column(String(36))
