"""Frozen reports: rows, definitions and files as they were, for ever; and who is mailed about which."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content_map.db import ID_CHARACTERS, Base, new_id


class ReportRun(Base):
    """A report of a quarter, frozen once. Nothing of it ever changes; what is corrected later is restated."""

    __tablename__ = "report_runs"
    __table_args__ = (UniqueConstraint("report", "quarter"),)

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    report: Mapped[str] = mapped_column(String(60))
    quarter: Mapped[str] = mapped_column(String(7))
    frozen_at: Mapped[datetime]
    # Null: the worker's own clock.
    frozen_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    code_version: Mapped[str] = mapped_column(String(60))
    definitions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # Of the JSON file's bytes, which hold every number.
    sha256: Mapped[str] = mapped_column(String(64))

    files: Mapped[list[ReportRunFile]] = relationship(
        order_by="ReportRunFile.ending", cascade="all, delete-orphan"
    )


class ReportRunFile(Base):
    """One format of a frozen report, byte for byte."""

    __tablename__ = "report_run_files"

    run_id: Mapped[str] = mapped_column(ForeignKey("report_runs.id", ondelete="CASCADE"), primary_key=True)
    ending: Mapped[str] = mapped_column(String(10), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class ReportMail(Base):
    """One person's wish to be mailed about a report; links, and a file only where it is asked for."""

    __tablename__ = "report_mails"
    __table_args__ = (
        CheckConstraint("cadence IN ('weekly', 'monthly', 'quarterly')", name="cadence"),
        UniqueConstraint("user_id", "report"),
        Index("ix_report_mails_cadence", "cadence"),
    )

    id: Mapped[str] = mapped_column(String(ID_CHARACTERS), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    report: Mapped[str] = mapped_column(String(60))
    cadence: Mapped[str] = mapped_column(String(10))
    # The ending of the file to attach, such as pdf.
    attach: Mapped[str | None] = mapped_column(String(10))
    made_at: Mapped[datetime]
    # The period that was mailed last, such as 2026-Q3, 2026-10 or 2026-W40: a restart mails nothing twice.
    sent_for: Mapped[str | None] = mapped_column(String(10))
