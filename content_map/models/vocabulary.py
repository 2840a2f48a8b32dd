"""Controlled vocabulary: facets, their terms, the terms' aliases; and which assets carry them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content_map.db import ID_CHARACTERS, Base, new_id


class Facet(Base):
    """One of the nine kinds of detail a situation has."""

    __tablename__ = "facets"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    position: Mapped[int]

    terms: Mapped[list[Term]] = relationship(back_populates="facet", order_by="Term.name")


class Term(Base):
    """A word everybody agreed on. A retired term stays on the assets that carry it."""

    __tablename__ = "terms"
    __table_args__ = (UniqueConstraint("facet_key", "key"),)

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    facet_key: Mapped[str] = mapped_column(ForeignKey("facets.key"))
    key: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    retired_at: Mapped[datetime | None]

    facet: Mapped[Facet] = relationship(back_populates="terms")
    aliases: Mapped[list[TermAlias]] = relationship(
        back_populates="term", cascade="all, delete-orphan", order_by="TermAlias.alias"
    )

    @property
    def full_key(self) -> str:
        """`facet:term`, as the API and the index write it."""
        return f"{self.facet_key}:{self.key}"


class TermAlias(Base):
    """Other words for a term."""

    __tablename__ = "term_aliases"

    term_id: Mapped[str] = mapped_column(ForeignKey("terms.id", ondelete="CASCADE"), primary_key=True)
    alias: Mapped[str] = mapped_column(String(200), primary_key=True)

    term: Mapped[Term] = relationship(back_populates="aliases")


class AssetTerm(Base):
    """An asset's tag, confirmed by a marketer."""

    __tablename__ = "asset_terms"
    __table_args__ = (CheckConstraint("source IN ('confirmed', 'suggested')", name="source"),)

    asset_id: Mapped[str] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True)
    term_id: Mapped[str] = mapped_column(ForeignKey("terms.id"), primary_key=True, index=True)
    source: Mapped[str] = mapped_column(String(12), default="confirmed")

    term: Mapped[Term] = relationship(lazy="joined")
