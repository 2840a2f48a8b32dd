"""Usage events: append only, the one source of every number."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from content_map.db import Base
from content_map.domain.conversations import Conversation
from content_map.domain.gaps import REACHING
from content_map.domain.usage import EventKind, ExcludedReason, Feedback, How, OutcomeAnswer, Surface
from content_map.models._checks import one_of

# Written out, not bound: only then do the databases see that an index over these rows answers the question.
_REACHING = ", ".join(f"'{kind.value}'" for kind in REACHING)
# Uses and answers are few among the many impressions, and most reports ask for nothing else.
IS_OF_USE_KIND = text("kind IN ('download', 'share_created', 'tailored', 'use')")
IS_OUTCOME = text("kind = 'outcome'")
REACHES = text(f"kind IN ({_REACHING}) AND (excluded_reason IS NULL OR excluded_reason <> 'corrected')")


class UsageEvent(Base):
    """One thing that happened. Only `excluded_reason` may change afterwards: between null and `repeat`, for an
    earlier event of the same half-hour can arrive later, and to `corrected` and back by its author (correction.py).
    """

    __tablename__ = "usage_events"
    __table_args__ = (
        one_of("kind", EventKind),
        one_of("surface", Surface),
        one_of("how", How),
        one_of("outcome", OutcomeAnswer),
        one_of("feedback", Feedback),
        one_of("conversation", Conversation),
        one_of("excluded_reason", ExcludedReason),
        CheckConstraint("asset_id IS NOT NULL OR kind = 'outcome'", name="asset"),
        CheckConstraint("rank IS NULL OR rank >= 1", name="rank"),
        CheckConstraint("seconds IS NULL OR seconds >= 0", name="seconds"),
        # One counted impression and one counted open per person, asset and half-hour.
        Index(
            "uq_usage_events_once",
            "once_key",
            unique=True,
            sqlite_where=text("once_key IS NOT NULL AND excluded_reason IS NULL"),
            postgresql_where=text("once_key IS NOT NULL AND excluded_reason IS NULL"),
        ),
        Index("ix_usage_events_once_key", "once_key"),
        Index("ix_usage_events_asset_id_occurred_at", "asset_id", "occurred_at"),
        Index("ix_usage_events_occurred_at_kind", "occurred_at", "kind"),
        Index("ix_usage_events_actor_id_occurred_at", "actor_id", "occurred_at"),
        Index("ix_usage_events_account_id_conversation", "account_id", "conversation"),
        Index(
            "ix_usage_events_uses",
            "occurred_at",
            sqlite_where=IS_OF_USE_KIND,
            postgresql_where=IS_OF_USE_KIND,
        ),
        Index(
            "ix_usage_events_outcomes",
            "account_id",
            "conversation",
            "actor_id",
            sqlite_where=IS_OUTCOME,
            postgresql_where=IS_OUTCOME,
        ),
        # Which searches led to something: their few events among the many impressions.
        Index("ix_usage_events_reaching", "search_id", sqlite_where=REACHES, postgresql_where=REACHES),
        # Few events belong to a share, and its page asks for no others.
        Index(
            "ix_usage_events_share_id",
            "share_id",
            sqlite_where=text("share_id IS NOT NULL"),
            postgresql_where=text("share_id IS NOT NULL"),
        ),
    )

    # The client's UUID in canonical form.
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    # The person's role when it occurred: reports must not change when somebody is promoted.
    actor_role: Mapped[str] = mapped_column(String(20))
    asset_id: Mapped[str | None] = mapped_column(ForeignKey("assets.id"))
    version: Mapped[int | None]
    surface: Mapped[str] = mapped_column(String(20))
    search_id: Mapped[str | None] = mapped_column(ForeignKey("searches.id"), index=True)
    rank: Mapped[int | None]
    share_id: Mapped[str | None] = mapped_column(String(32))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    opportunity: Mapped[str | None] = mapped_column(String(200))
    conversation: Mapped[str | None] = mapped_column(String(30))
    page: Mapped[int | None]
    seconds: Mapped[int | None]
    how: Mapped[str | None] = mapped_column(String(20))
    purpose: Mapped[str | None] = mapped_column(String(20))
    # The event of the use that an outcome speaks of.
    use_id: Mapped[str | None] = mapped_column(String(36), index=True)
    outcome: Mapped[str | None] = mapped_column(String(20))
    feedback: Mapped[str | None] = mapped_column(String(20))
    text: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(String(100))
    excluded_reason: Mapped[str | None] = mapped_column(String(20))
    # person, asset, kind of counting and half-hour; see domain/usage.py.
    once_key: Mapped[str | None] = mapped_column(String(120))
