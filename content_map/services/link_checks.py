"""Looking behind a link: the first time to read what stands there, later to see whether it still does."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.assets import State
from content_map.extraction import Extract, Limits, Sandbox
from content_map.extraction import extract as read_document
from content_map.extraction.titles import file_stem
from content_map.models import LinkCheck, Version, enqueue
from content_map.outbound import alphabets
from content_map.outbound.fetching import Fetched, FetchLimits, Known, Unfetched, fetch
from content_map.outbound.network import INTERNET, Network
from content_map.services import link_notes, sketches
from content_map.services.ingest import LINK, write_reading

WAITS = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2))
TRIES = "tries"

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
            return _unanswered(version_id, fault, now=now)
        if fetched.sha256 is None or fetched.sha256 == subject.sha256:
            return _unchanged(version_id, fetched, every=every, now=now)
        if fetched.alphabet is not None:
            alphabets.rewrite(body, fetched.alphabet)
        result = read_document(body, subject.file_name, limits, sandbox)
    return _changed(version_id, fetched, _of_link(result, subject), every=every, now=now)


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
    return version.state == State.READY and version.problem_code != link_notes.UNANSWERED


def _of_link(result: Extract, subject: _Subject) -> Extract:
    """A page without a title of its own leaves the address as the title."""
    return replace(result, title="") if result.title == file_stem(subject.file_name) else result


def _unchanged(version_id: str, fetched: Fetched, *, every: timedelta, now: datetime) -> Conclude:
    def conclude(session: Session) -> None:
        if session.get(Version, version_id) is not None:
            link_notes.answered(session, version_id, fetched, every=every, now=now)

    return conclude


def _changed(
    version_id: str,
    fetched: Fetched,
    result: Extract,
    *,
    every: timedelta,
    now: datetime,
) -> Conclude:
    prints = sketches.fingerprints((page.number, page.text) for page in result.pages)

    def conclude(session: Session) -> None:
        version = session.get(Version, version_id)
        if version is None or fetched.sha256 is None:
            return
        if result.failed and result.problem is not None and version.state == State.READY:
            # What was read before is worth more than that what stands there now cannot be read.
            sentence = f"What stands there now could not be read. {result.problem.sentence}"
            link_notes.unanswered(session, version, sentence, fetched.status, now=now)
            return
        write_reading(session, version_id, result, fetched.sha256, prints)
        link_notes.answered(session, version_id, fetched, every=every, now=now)

    return conclude


def _unanswered(version_id: str, fault: Unfetched, *, now: datetime) -> Conclude:
    def conclude(session: Session) -> None:
        version = session.get(Version, version_id)
        if version is not None:
            link_notes.unanswered(session, version, fault.sentence, fault.status, now=now)

    return conclude
