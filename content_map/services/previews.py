"""Page pictures: the first at once, the next in the background, any other when somebody asks; copies share them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.extraction import Limits, Sandbox
from content_map.models import Job, enqueue
from content_map.services import drawing, renditions, rush
from content_map.services.drawing import Subject
from storage.contract import ObjectStore

PREVIEW = "preview"
RENDITION = "rendition"
# Reading has 5: whoever looks at a page waits least, then a new file's first picture; the rest fills the gaps.
ASKED, FIRST, FIRST_OF_MANY, LATER = 2, 3, 6, 8
# So many at a time: no upload waits longer for a free worker than these take to be drawn.
BATCH = 10
AHEAD = 4
# Who looks through a deck never has more waiting; who asks for every page there is does not keep others from work.
ASKED_AT_ONCE = 20

Conclude = Callable[[Session], None]


def begin(session: Session, version_id: str) -> None:
    """Leave the job that draws a version's first page, and after it the others."""
    first = FIRST_OF_MANY if rush.is_on(session) else FIRST
    _leave(session, version_id, "first", 1, 1, priority=first)


def is_awaited(session: Session, version_id: str, number: int) -> bool | None:
    """Say whether a page's picture is being drawn for somebody who asked; None when its drawing was given up."""
    state = session.scalar(select(Job.state).where(Job.dedupe_key == _key(version_id, str(number))))
    return None if state == "dead" else state is not None


def ask_for(session: Session, version_id: str, number: int) -> None:
    """Leave the job that draws a page somebody waits for, and the few after it; asked twice is asked once."""
    asked = select(Job.id).where(Job.kind == PREVIEW, Job.state == "waiting", Job.priority == ASKED)
    are_many = len(session.scalars(asked.limit(ASKED_AT_ONCE)).all()) == ASKED_AT_ONCE
    priority = FIRST_OF_MANY if are_many else ASKED
    _leave(session, version_id, str(number), number, AHEAD, priority=priority)


def render(
    sessions: Sessions,
    store: ObjectStore,
    version_id: str,
    payload: Mapping[str, Any],
    *,
    sandbox: Sandbox,
    limits: Limits,
    spool: Path,
) -> Conclude:
    """Draw and store the pages that the job names, by way of a copy in `spool`; returns what notes them on the rows.

    Raises ObjectMissing, StorageUnavailable: the job tries again later.
    """
    step = _Step(str(payload.get("step", "first")), int(payload.get("from", 1)), int(payload.get("count", 1)))
    with sessions.read() as session:
        subject = drawing.load(session, version_id, range(step.start, step.start + step.count))
    if subject is None:
        return lambda _session: None
    drawn = drawing.draw(store, subject, sandbox=sandbox, limits=limits, spool=spool)

    def conclude(session: Session) -> None:
        for again in drawing.note(session, subject, drawn):
            begin(session, again)
        _go_on(session, subject, step, limits)

    return conclude


def make_rendition(
    sessions: Sessions, store: ObjectStore, version_id: str, *, limits: Limits, spool: Path
) -> Conclude:
    """Make a PDF of an office file and keep it, then leave its pages to be drawn; without one, cards are drawn.

    Raises ObjectMissing, StorageUnavailable.
    """
    with sessions.read() as session:
        subject = drawing.load(session, version_id, range(0))
        key = None if subject is None else renditions.of_copy(session, subject.sha256)
    if subject is None or subject.store_key is None or subject.size_bytes > limits.document_bytes:
        return lambda _session: None
    if key is None:
        key = renditions.make(
            store, subject.store_key, subject.sha256, subject.media_type, limits=limits, spool=spool
        )

    def conclude(session: Session) -> None:
        if key is not None:
            renditions.note(session, subject.version_id, key)
        _leave_rest(session, subject, 1 if key is not None else 2, limits)

    return conclude


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    start: int
    count: int


def _go_on(session: Session, subject: Subject, step: _Step, limits: Limits) -> None:
    match step.name:
        case "first" if subject.rendition_key is None and renditions.is_possible(subject.media_type):
            enqueue(
                session,
                RENDITION,
                subject.version_id,
                dedupe_key=f"{RENDITION}:{subject.version_id}",
                priority=LATER,
            )
        case "first" | "rest":
            _leave_rest(session, subject, step.start + step.count, limits)


def _leave_rest(session: Session, subject: Subject, start: int, limits: Limits) -> None:
    count = min(BATCH, min(subject.page_count, limits.preview_pages) - start + 1)
    if count > 0:
        _leave(session, subject.version_id, "rest", start, count, priority=LATER)


def _leave(session: Session, version_id: str, step: str, start: int, count: int, *, priority: int) -> None:
    enqueue(
        session,
        PREVIEW,
        version_id,
        payload={"step": step, "from": start, "count": count},
        dedupe_key=_key(version_id, step),
        priority=priority,
    )


def _key(version_id: str, step: str) -> str:
    return f"{PREVIEW}:{version_id}:{step}"
