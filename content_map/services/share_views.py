"""Looks at a share, each as an event: a customer's counts, a program's and a colleague's keep their rows.

A customer has seen an asset when the page told so after it stood before somebody for a moment, or when their browser
says that a person's click asked for the file. To fetch the page proves nothing: guards of mailboxes do that.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content_map.domain.conversations import Conversation
from content_map.domain.counting import half_hour
from content_map.domain.events import ReportedEvent, problems_of
from content_map.domain.usage import EventKind, ExcludedReason, Surface
from content_map.models import Share, SharedAsset, UsageEvent, User
from content_map.services import usage, usage_counting
from content_map.services.share_visits import SharedVersion
from content_map.services.usage_facts import Submission

KEPT_IN_A_HALF_HOUR = 50  # rows of one asset in one share: whoever loads a page in a ring fills no database


def note_view(
    session: Session,
    share_id: str,
    seen: SharedVersion,
    *,
    event_id: str,
    visitor: ExcludedReason | None,
    now: datetime,
) -> None:
    """Record one look, once by its id; `visitor` says why it is no customer's.

    The earliest of a half-hour counts for the share and the asset, later ones keep their row as repeats. The actor
    is who sent the link: nobody knows who opened it.
    """
    share = session.get_one(Share, share_id)
    usage_counting.hold(session, [share.made_by])
    if _kept(session, share_id, seen.asset.id, now) >= KEPT_IN_A_HALF_HOUR:
        return
    maker = session.get_one(User, share.made_by).as_actor()
    event = ReportedEvent(
        id=event_id,
        kind=EventKind.SHARE_VIEWED,
        asset=seen.asset.id,
        surface=Surface.SHARE,
        account=share.account_id,
        conversation=_conversation(session, share_id, seen.asset.id),
    )
    usage.take(
        session,
        [Submission(0, maker.id, event, now, version=seen.version.number, share=share_id, visitor=visitor)],
        check=lambda each: problems_of(each.event),
        viewer=None,
        keep_seconds=False,
        actor=maker,
        now=now,
    )


def note_machine(
    session: Session, share_id: str, seen: SharedVersion, *, visitor: ExcludedReason, now: datetime
) -> None:
    """Record that programs of a kind looked; however often within a half-hour, it is one row."""
    name = f"{seen.asset.id}:{visitor}:{half_hour(now).isoformat()}"
    event_id = str(uuid5(UUID(share_id), name))
    note_view(session, share_id, seen, event_id=event_id, visitor=visitor, now=now)


def _kept(session: Session, share_id: str, asset_id: str, now: datetime) -> int:
    of_now = select(func.count()).where(
        UsageEvent.share_id == share_id,
        UsageEvent.asset_id == asset_id,
        UsageEvent.kind == EventKind.SHARE_VIEWED.value,
        UsageEvent.occurred_at >= half_hour(now),
    )
    return session.scalar(of_now) or 0


def _conversation(session: Session, share_id: str, asset_id: str) -> Conversation | None:
    """What the share was made for, as its own event says."""
    made_for = (
        select(UsageEvent.conversation)
        .join(SharedAsset, SharedAsset.event_id == UsageEvent.id)
        .where(SharedAsset.share_id == share_id, SharedAsset.asset_id == asset_id)
    )
    key = session.scalar(made_for)
    return Conversation(key) if key else None
