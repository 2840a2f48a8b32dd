"""What is kept of the looks behind links: when they answered, who is told when they do not, and which are due."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from content_map.domain.assets import State, Status
from content_map.models import Asset, Job, LinkCheck, Version, enqueue
from content_map.outbound.fetching import Fetched
from content_map.services import notifications
from content_map.services.ingest import LINK

AGAIN_AFTER_FAILURE = timedelta(days=1)
TELL_AFTER = 3  # failures in a row: a site may be down for a day without being gone
AT_ONCE = 500
PRIORITY = 8  # behind everything that a person waits for
SPREAD = timedelta(days=1)
UNANSWERED = "link_unanswered"
GONE = "link.gone"

_MOVED = "If the page has moved, add its new address and retire this one."


def enqueue_due(session: Session, *, now: datetime) -> int:
    """Leave a job for each link whose next look is due, oldest first and at most 500; returns how many."""
    waiting = exists().where(Job.kind == LINK, Job.subject == Version.id)
    # A version that was brought back has not been looked behind yet.
    is_due = or_(LinkCheck.next_check_at <= now, LinkCheck.version_id.is_(None))
    due = session.scalars(
        select(Version.id)
        .join(Asset, (Asset.id == Version.asset_id) & (Asset.version_number == Version.number))
        .outerjoin(LinkCheck, LinkCheck.version_id == Version.id)
        .where(Version.url.is_not(None), Version.store_key.is_(None), is_due)
        .where(Asset.status != Status.ARCHIVED.value, ~waiting)
        .order_by(LinkCheck.next_check_at, Version.id)
        .limit(AT_ONCE)
    ).all()
    for version_id in due:
        enqueue(session, LINK, version_id, dedupe_key=f"{LINK}:{version_id}", priority=PRIORITY)
    return len(due)


def of_version(session: Session, version_id: str) -> LinkCheck | None:
    """The last look behind a link; None for a file, and for a link that nobody has looked behind yet."""
    return session.get(LinkCheck, version_id)


def answered(session: Session, version_id: str, fetched: Fetched, *, every: timedelta, now: datetime) -> None:
    """Note that the address answered, and when to look again: after `every`, or up to a day sooner."""
    check = _check_of(session, version_id, now)
    check.answered_at = now
    check.next_check_at = now + every - _spread(version_id, every)
    check.status = fetched.status
    check.final_url = fetched.address
    # A server need not repeat its marks when it says that nothing changed.
    check.etag = fetched.etag or (check.etag if fetched.sha256 is None else None)
    check.last_modified = fetched.last_modified or (check.last_modified if fetched.sha256 is None else None)
    check.failures, check.problem = 0, None
    session.flush()


def unanswered(
    session: Session, version: Version, sentence: str, status: int | None, *, now: datetime
) -> None:
    """Note that it did not, with the sentence that says why; what was read of it before stays as it is.

    The owner is told once, when it has failed three times in a row.
    """
    check = _check_of(session, version.id, now)
    check.failures += 1
    check.status, check.problem = status, sentence
    check.next_check_at = now + AGAIN_AFTER_FAILURE
    if version.state != State.READY:
        version.state, version.problem_code = State.FAILED, UNANSWERED
        version.problem = f"{sentence} It is tried again every day. {_MOVED}"
    elif check.failures >= TELL_AFTER:
        answered_at = check.answered_at or version.created_at
        since = f"{answered_at.day} {answered_at:%B %Y}"
        version.problem_code = UNANSWERED
        version.problem = (
            f"This address has not answered since {since}. {sentence} What was read then is kept. {_MOVED}"
        )
    if check.failures == TELL_AFTER:
        _tell_owner(session, version.asset_id, now=now)
    session.flush()


def _check_of(session: Session, version_id: str, now: datetime) -> LinkCheck:
    check = session.get(LinkCheck, version_id)
    if check is None:
        check = LinkCheck(version_id=version_id, checked_at=now, next_check_at=now, failures=0)
        session.add(check)
    check.checked_at = now
    return check


def _tell_owner(session: Session, asset_id: str, *, now: datetime) -> None:
    asset = session.get_one(Asset, asset_id)
    notifications.tell(
        session, asset.owner_id, GONE, {"title": asset.title}, path=f"/assets/{asset.id}", now=now
    )


def _spread(version_id: str, every: timedelta) -> timedelta:
    """Up to a day sooner, always the same for one link: a library filled in one hour is not checked in one."""
    part = int.from_bytes(hashlib.sha256(version_id.encode()).digest()[:4]) / 2**32
    return part * min(SPREAD, every / 2)
