"""What stood in the library at the end of a quarter, or stands there now while it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from content_map.domain.assets import Audience, Kind
from content_map.domain.conversations import Conversation
from content_map.models import Asset, AssetPeriod, UsageEvent, Version
from content_map.reports.contract import Question
from content_map.reports.outcome_answers import counts, is_use
from content_map.reports.parts import Definition

LIVE = Definition(
    "Live asset",
    "Published, not expired and not archived at the quarter’s last instant, or now while it runs; "
    "conversation and audience as they were then, tags and dates as they are now.",
)


@dataclass(frozen=True, slots=True)
class LiveAsset:
    """One asset; `changed_at` is when its current version came, `checked_at` the latest of that and a review."""

    id: str
    title: str
    conversation: Conversation
    audience: Audience
    kind: Kind
    changed_at: datetime
    checked_at: datetime
    review_by: date | None
    expires_at: datetime | None


def looked_at(question: Question) -> datetime:
    """Give the instant whose library the report describes."""
    return min(question.bounds[1], question.now)


def live_assets(session: Session, question: Question) -> Sequence[LiveAsset]:
    """Load them in the order of their titles."""
    at = looked_at(question)
    rows = session.execute(
        select(
            Asset.id,
            Asset.title,
            AssetPeriod.conversation,
            AssetPeriod.audience,
            Version.kind,
            Version.created_at,
            Asset.reviewed_at,
            Asset.review_by,
            Asset.expires_at,
        )
        .join(AssetPeriod, AssetPeriod.asset_id == Asset.id)
        .join(Version, (Version.asset_id == Asset.id) & (Version.number == Asset.version_number))
        .where(AssetPeriod.starts_at < at, or_(AssetPeriod.ends_at.is_(None), AssetPeriod.ends_at >= at))
    )
    found = {
        id_: LiveAsset(
            id_,
            title,
            Conversation(conversation),
            Audience(audience),
            Kind(kind),
            changed_at,
            max(changed_at, reviewed_at or changed_at),
            review_by,
            expires_at,
        )
        for id_, title, conversation, audience, kind, changed_at, reviewed_at, review_by, expires_at in rows
    }
    return sorted(found.values(), key=lambda each: (each.title.casefold(), each.id))


def uses(session: Session, question: Question) -> Mapping[str, int]:
    """Count by asset the uses of the quarter; only assets with any."""
    start, end = question.bounds
    rows = session.execute(
        select(UsageEvent.asset_id, func.count())
        .where(
            UsageEvent.occurred_at >= start,
            UsageEvent.occurred_at < end,
            is_use(),
            counts(UsageEvent.excluded_reason, question.also),
        )
        .group_by(UsageEvent.asset_id)
    )
    return {asset_id: count for asset_id, count in rows if asset_id}
