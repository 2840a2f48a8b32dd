"""Looking behind links: the first time to read what stands there, later to see whether it still does."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.assets import State, Status
from content_map.extraction import Extract, Limits, Sandbox
from content_map.extraction import extract as read_document
from content_map.extraction.titles import file_stem
from content_map.models import Asset, Job, LinkCheck, Version, enqueue
from content_map.outbound import alphabets
from content_map.outbound.fetching import Fetched, FetchLimits, Known, Unfetched, fetch
from content_map.outbound.network import INTERNET, Network
from content_map.services import notifications
from content_map.services.ingest import LINK, write_reading

WAITS = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2))
AGAIN_AFTER_FAILURE = timedelta(days=1)
TELL_AFTER = 3  # failures in a row: a site may be down for a day without being gone
AT_ONCE = 500
PRIORITY = 8  # behind everything that a person waits for
SPREAD = timedelta(days=1)
TRIES = "tries"
UNANSWERED = "link_unanswered"
GONE = "link.gone"

_MOVED = "If the page has moved, add its new address and retire this one."

Conclude = Callable[[Session], None]


@dataclass(frozen=True, slots=True)
class _Subject:
    url: str
    file_name: str
    sha256: str | None
    known: Known | None


def look(
    sessions: Sessions,
    version_id: str,
    *,
    tries: int,
    sandbox: Sandbox,
    limits: Limits,
    fetch_limits: FetchLimits,
    spool: Path,
    every: timedelta,
    now: datetime,
    network: Network = INTERNET,
) -> Conclude:
    """Fetch what stands behind a link and return what writes the result: its words where they are new, and when to
    look again. What may pass within minutes is tried again; `tries` counts how often it was before.
    """
    subject = _load(sessions, version_id)
    if subject is None:
        return _nothing
    with tempfile.TemporaryFile(dir=spool) as body:
        try:
            fetched = fetch(subject.url, body, limits=fetch_limits, known=subject.known, network=network)
        except Unfetched as fault:
            if fault.may_pass and tries < len(WAITS):
                return _again(version_id, tries, now=now)
            return _unanswered(version_id, fault.sentence, fault.status, now=now)
        if fetched.sha256 is None or fetched.sha256 == subject.sha256:
            return _unchanged(version_id, fetched, every=every, now=now)
        if fetched.alphabet is not None:
            alphabets.rewrite(body, fetched.alphabet)
        result = read_document(body, subject.file_name, limits, sandbox)
    return _changed(version_id, fetched, _of_link(result, subject), every=every, now=now)


def enqueue_due(session: Session, *, now: datetime) -> int:
    """Leave a job for each link whose next look is due, oldest first and at most 500; returns how many."""
    waiting = exists().where(Job.kind == LINK, Job.subject == LinkCheck.version_id)
    due = session.scalars(
        select(LinkCheck.version_id)
        .join(Version, Version.id == LinkCheck.version_id)
        .join(Asset, (Asset.id == Version.asset_id) & (Asset.version_number == Version.number))
        .where(LinkCheck.next_check_at <= now, Asset.status != Status.ARCHIVED.value, ~waiting)
        .order_by(LinkCheck.next_check_at)
        .limit(AT_ONCE)
    ).all()
    for version_id in due:
        enqueue(session, LINK, version_id, dedupe_key=f"{LINK}:{version_id}", priority=PRIORITY)
    return len(due)


def of_version(session: Session, version_id: str) -> LinkCheck | None:
    """The last look behind a link; None for a file, and for a link that nobody has looked behind yet."""
    return session.get(LinkCheck, version_id)


def _nothing(_session: Session) -> None:
    """The version was removed meanwhile, or is a file: there is nothing to write."""


def _again(version_id: str, tries: int, *, now: datetime) -> Conclude:
    """The same job once more: renewed while it is being done, it waits instead of ending."""
    payload = {TRIES: tries + 1}

    def conclude(session: Session) -> None:
        key = f"{LINK}:{version_id}"
        enqueue(session, LINK, version_id, payload=payload, run_at=now + WAITS[tries], dedupe_key=key)

    return conclude


def _load(sessions: Sessions, version_id: str) -> _Subject | None:
    with sessions.read() as session:
        version = session.get(Version, version_id)
        if version is None or version.url is None or version.store_key is not None:
            return None
        check = session.get(LinkCheck, version_id)
        if check is None or version.sha256 is None or not _stands(version):
            # Whatever is there is read anew, also when it is what was there before.
            return _Subject(version.url, version.file_name, None, None)
        known = Known(check.final_url, check.etag, check.last_modified) if check.final_url else None
        return _Subject(version.url, version.file_name, version.sha256, known)


def _stands(version: Version) -> bool:
    return version.state == State.READY and version.problem_code != UNANSWERED


def _of_link(result: Extract, subject: _Subject) -> Extract:
    """A page without a title of its own leaves the address as the title."""
    return replace(result, title="") if result.title == file_stem(subject.file_name) else result


def _unchanged(version_id: str, fetched: Fetched, *, every: timedelta, now: datetime) -> Conclude:
    def conclude(session: Session) -> None:
        if session.get(Version, version_id) is not None:
            _answered(session, version_id, fetched, every=every, now=now)

    return conclude


def _changed(
    version_id: str,
    fetched: Fetched,
    result: Extract,
    *,
    every: timedelta,
    now: datetime,
) -> Conclude:
    def conclude(session: Session) -> None:
        version = session.get(Version, version_id)
        if version is None or fetched.sha256 is None:
            return
        if result.failed and result.problem is not None and version.state == State.READY:
            # What was read before is worth more than that what stands there now cannot be read.
            sentence = f"What stands there now could not be read. {result.problem.sentence}"
            _unanswered(version_id, sentence, fetched.status, now=now)(session)
            return
        write_reading(session, version_id, result, fetched.sha256)
        _answered(session, version_id, fetched, every=every, now=now)

    return conclude


def _answered(
    session: Session, version_id: str, fetched: Fetched, *, every: timedelta, now: datetime
) -> None:
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


def _unanswered(version_id: str, sentence: str, status: int | None, *, now: datetime) -> Conclude:
    def conclude(session: Session) -> None:
        version = session.get(Version, version_id)
        if version is None:
            return
        check = _check_of(session, version_id, now)
        check.failures += 1
        check.status, check.problem = status, sentence
        check.next_check_at = now + AGAIN_AFTER_FAILURE
        if check.answered_at is None:
            version.state, version.problem_code = State.FAILED, UNANSWERED
            version.problem = f"{sentence} It is tried again every day. {_MOVED}"
        elif check.failures >= TELL_AFTER:
            since = f"{check.answered_at.day} {check.answered_at:%B %Y}"
            version.problem_code = UNANSWERED
            version.problem = (
                f"This address has not answered since {since}. {sentence} What was read then is kept. "
                f"{_MOVED}"
            )
        if check.failures == TELL_AFTER:
            _tell_owner(session, version.asset_id, now=now)
        session.flush()

    return conclude


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
