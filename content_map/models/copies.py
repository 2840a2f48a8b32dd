"""What finds copies: the smallest hashes of a version's word sequences, and which assets say nearly the same."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from content_map.db import Base


class SketchHash(Base):
    """One of a version's smallest hashes; `versions.sketch` holds all of them, this finds who shares some."""

    __tablename__ = "sketch_hashes"

    # Unsigned 64 bits, kept as the signed number of the same bits.
    hash: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    version_id: Mapped[str] = mapped_column(
        ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class NearCopy(Base):
    """Two assets whose present files say nearly the same; written both ways round."""

    __tablename__ = "near_copies"

    asset_id: Mapped[str] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[str] = mapped_column(
        ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True, index=True
    )
