"""Assets, their versions and pages, and the periods in which they were live."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    false,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from content_map.db import ID_CHARACTERS, Base, new_id
from content_map.domain.assets import Audience, Kind, State, Status
from content_map.domain.conversations import Conversation
from content_map.models._checks import one_of
from content_map.models.user import User
from content_map.models.vocabulary import AssetTerm


class Asset(Base):
    """A thing marketing made. Published without a conversation is impossible: the database refuses it."""

    __tablename__ = "assets"
    __table_args__ = (
        one_of("conversation", Conversation),
        one_of("status", Status),
        one_of("audience", Audience),
        CheckConstraint(
            "status <> 'published' OR conversation IS NOT NULL", name="published_has_conversation"
        ),
        CheckConstraint("length(title) BETWEEN 1 AND 300", name="title"),
        Index("ix_assets_status_conversation", "status", "conversation"),
        Index("ix_assets_updated_at_id", "updated_at", "id"),
        Index("ix_assets_created_at_id", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    external_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    # False while the title is only the file's name: extraction may better it then.
    title_is_given: Mapped[bool] = mapped_column(default=False)
    summary: Mapped[str | None] = mapped_column(Text)
    conversation: Mapped[str | None] = mapped_column(String(30))
    status: Mapped[str] = mapped_column(String(12), default=Status.DRAFT)
    audience: Mapped[str] = mapped_column(String(12), default=Audience.CUSTOMER)
    owner_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    guide: Mapped[dict[str, Any]] = mapped_column(default=dict)
    publish_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    review_by: Mapped[date | None]
    reviewed_at: Mapped[datetime | None]
    successor_id: Mapped[str | None] = mapped_column(ForeignKey("assets.id"))
    version_number: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    owner: Mapped[User] = relationship(lazy="raise")
    versions: Mapped[list[Version]] = relationship(
        back_populates="asset", lazy="raise", order_by="Version.number", cascade="all, delete-orphan"
    )
    current: Mapped[Version] = relationship(
        primaryjoin=lambda: and_(
            Asset.id == foreign(Version.asset_id), Asset.version_number == foreign(Version.number)
        ),
        viewonly=True,
        lazy="raise",
        uselist=False,
    )
    terms: Mapped[list[AssetTerm]] = relationship(lazy="raise", cascade="all, delete-orphan")

    # Every ORM change raises the revision; it is the ETag, and two editors cannot overwrite each other unseen.
    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class Version(Base):
    """An asset's bytes at one time. `sha256` is null until somebody has read every byte."""

    __tablename__ = "versions"
    __table_args__ = (
        UniqueConstraint("asset_id", "number"),
        one_of("state", State),
        one_of("kind", Kind),
        CheckConstraint("change IN ('major', 'minor')", name="change"),
        CheckConstraint("store_key IS NOT NULL OR url IS NOT NULL", name="has_bytes_or_url"),
    )

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    asset_id: Mapped[str] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"))
    number: Mapped[int]
    change: Mapped[str] = mapped_column(String(5), default="major")
    # What people call it, such as 2.1; `number` is what every address takes.
    label: Mapped[str] = mapped_column(String(20), default="1.0", server_default="1.0")
    note: Mapped[str | None] = mapped_column(String(500))
    restored_from: Mapped[int | None]
    # Ours begin with `assets/`; any other key is of an object that was there before us and is only read.
    # Versions with the same bytes may share one: an object goes when no row names it any more, never before.
    store_key: Mapped[str | None] = mapped_column(String(1024), index=True)
    url: Mapped[str | None] = mapped_column(String(2000))
    file_name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12), default=State.PROCESSING)
    problem_code: Mapped[str | None] = mapped_column(String(40))
    problem: Mapped[str | None] = mapped_column(Text)
    page_count: Mapped[int | None]
    word_count: Mapped[int | None]
    language: Mapped[str | None] = mapped_column(String(12))
    document_title: Mapped[str | None] = mapped_column(String(300))
    author: Mapped[str | None] = mapped_column(String(300))
    links: Mapped[list[str]] = mapped_column(default=list)
    sketch: Mapped[list[Any]] = mapped_column(default=list)
    duration_seconds: Mapped[int | None]
    # What was made of it: of an office file a PDF, from which its pages are drawn, of a film its subtitles.
    rendition_key: Mapped[str | None] = mapped_column(String(200))
    # Of the small picture that an office file carries of itself: where many carry the same, it is a template's.
    embedded_hash: Mapped[str | None] = mapped_column(String(32), index=True)
    created_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]

    asset: Mapped[Asset] = relationship(back_populates="versions", lazy="raise")
    pages: Mapped[list[Page]] = relationship(
        lazy="raise", order_by="Page.number", cascade="all, delete-orphan", passive_deletes=True
    )


class Page(Base):
    """A page, slide, sheet or section with its words. Preview keys are null until a picture is stored."""

    __tablename__ = "pages"

    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(200))
    title: Mapped[str | None] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    no_text: Mapped[bool] = mapped_column(default=False)
    image_key: Mapped[str | None] = mapped_column(String(200))
    thumbnail_key: Mapped[str | None] = mapped_column(String(200))
    # True where the picture only stands in for the page: a card with its title and first lines.
    is_simplified: Mapped[bool] = mapped_column(default=False, server_default=false())
    # A hash of its words, equal for pages that say the same; null for a page with next to no words.
    fingerprint: Mapped[str | None] = mapped_column(String(32), index=True)


class AssetPeriod(Base):
    """A stretch of time in which an asset was live with one owner, conversation and audience.

    A scheduled asset has a period that begins in the future, an expiring one a period that ends there.
    """

    __tablename__ = "asset_periods"
    __table_args__ = (
        CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="order"),
        Index("ix_asset_periods_asset_id_starts_at", "asset_id", "starts_at"),
        Index("ix_asset_periods_starts_at_ends_at", "starts_at", "ends_at"),
        one_of("conversation", Conversation),
        one_of("audience", Audience),
    )

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    asset_id: Mapped[str] = mapped_column(ForeignKey("assets.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    owner_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    conversation: Mapped[str] = mapped_column(String(30))
    audience: Mapped[str] = mapped_column(String(12))
    # What ended it: archived, expired, changed (owner, conversation or audience), withdrawn (back to draft).
    end_reason: Mapped[str | None] = mapped_column(String(12))


class Suggestion(Base):
    """What the machine would tag, with its evidence; never saved as a tag by itself."""

    __tablename__ = "suggestions"
    __table_args__ = (
        UniqueConstraint("asset_id", "facet_key", "value"),
        CheckConstraint("state IN ('open', 'accepted', 'dismissed')", name="state"),
    )

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    asset_id: Mapped[str] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"))
    # A facet's key, or "conversation".
    facet_key: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(80))
    confidence: Mapped[float]
    # Cues, words and the page they stand on.
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(10), default="open")
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
