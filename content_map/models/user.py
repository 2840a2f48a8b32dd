"""People: accounts to sign in with, teams, and the history of who was what when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content_map.db import ID_CHARACTERS, Base, new_id
from content_map.domain.people import Actor, Role
from content_map.models._checks import one_of


class Team(Base):
    """A group of people with a manager; its history is in `user_periods`."""

    __tablename__ = "teams"

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime]


class User(Base):
    """A person who signs in. `email` is stored case-folded; no password means a link is still to be used."""

    __tablename__ = "users"
    __table_args__ = (one_of("role", Role),)

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    team_id: Mapped[str | None] = mapped_column(ForeignKey("teams.id"))
    password_hash: Mapped[str | None] = mapped_column(String(500))
    is_active: Mapped[bool] = mapped_column(default=True)
    is_test: Mapped[bool] = mapped_column(default=False)
    # Raising it ends every session of this person at once.
    session_epoch: Mapped[int] = mapped_column(default=0)
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]

    team: Mapped[Team | None] = relationship(lazy="joined")

    def as_actor(self) -> Actor:
        """The person as services see them."""
        return Actor(self.id, self.email, self.name, Role(self.role), self.team_id, self.is_test)


class UserPeriod(Base):
    """One stretch of time in which a person had one role and one team; the open one has no end."""

    __tablename__ = "user_periods"
    __table_args__ = (
        CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="order"),
        Index("ix_user_periods_user_id_starts_at", "user_id", "starts_at"),
        Index(
            "uq_user_periods_open",
            "user_id",
            unique=True,
            sqlite_where=text("ends_at IS NULL"),
            postgresql_where=text("ends_at IS NULL"),
        ),
        one_of("role", Role),
    )

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str] = mapped_column(String(20))
    team_id: Mapped[str | None] = mapped_column(ForeignKey("teams.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class Token(Base):
    """A key for the API; only its hash is kept."""

    __tablename__ = "tokens"

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined")


class OneTimeLink(Base):
    """A link that lets one person set a password once; only its hash is kept."""

    __tablename__ = "one_time_links"

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    # Nobody yet: the link that creates the first admin.
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship(lazy="joined")


class SignInAttempt(Base):
    """A failed sign-in, kept to slow guessing down; `subject` is a hash of e-mail or address."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("ix_sign_in_attempts_subject_at", "subject", "at"),)

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    subject: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class Notification(Base):
    """A message inside the product: a key and values, put into words at the edge."""

    __tablename__ = "notifications"
    __table_args__ = (Index("ix_notifications_user_id_created_at", "user_id", "created_at"),)

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    message: Mapped[str] = mapped_column(String(100))
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    path: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
