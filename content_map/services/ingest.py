"""From stored bytes to pages: the long work runs with no transaction open, its result is written in one."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.assets import State
from content_map.extraction import Extract, Limits, Sandbox, is_recording
from content_map.extraction import extract as read_document
from content_map.models import Asset, Job, Page, Version
from content_map.services import previews, proposing, sketches
from storage.contract import ObjectMissing, ObjectStore

EXTRACT = "extract"
LINK = "link"
GIVEN_UP = "given_up"
PIECE_BYTES = 1024 * 1024

Conclude = Callable[[Session], None]


@dataclass(frozen=True, slots=True)
class _Subject:
    version_id: str
    store_key: str
    file_name: str
    sha256: str | None
    size_bytes: int


def extract(
    sessions: Sessions,
    store: ObjectStore,
    version_id: str,
    *,
    sandbox: Sandbox,
    limits: Limits,
    spool: Path,
    ocr: Sequence[str] = (),
) -> Conclude:
    """Read a version's file, by way of a copy in the folder `spool`, and return what writes the result.

    `ocr` names the languages of words to look for on pages without text; none: they are not looked for.
    Raises ObjectMissing, StorageUnavailable: the job tries again later.
    """
    subject = _load(sessions, version_id)
    if subject is None:
        return _nothing
    with tempfile.TemporaryFile(dir=spool) as copy:
        sha256 = _fetch(store, subject, copy, limits)
        copy.seek(0)
        result = read_document(copy, subject.file_name, limits, sandbox, ocr=ocr)

    prints = sketches.fingerprints((page.number, page.text) for page in result.pages)

    def conclude(session: Session) -> None:
        write_reading(session, version_id, result, sha256, prints)

    return conclude


def write_reading(
    session: Session, version_id: str, result: Extract, sha256: str, prints: Mapping[int, str | None]
) -> None:
    """Put what was read onto a version in place of what it had; one that was removed meanwhile is left alone.

    `prints` are its pages' fingerprints by number, made before: long files would keep other writers waiting.
    """
    version = session.get(Version, version_id)
    if version is None:
        return
    _write(session, version, result, sha256, prints)
    asset = session.get_one(Asset, version.asset_id)
    if asset.version_number == version.number:
        _better_title(asset, result)
        proposing.ask(session, asset.id)
    sketches.remember(session, version)
    if not result.failed:
        previews.begin(session, version.id)
    session.flush()


def give_up(session: Session) -> int:
    """Let versions whose reading was buried end `failed`, with what to do; returns how many.

    A revived job reads them again.
    """
    buried = session.scalars(
        select(Version)
        .join(Job, Job.subject == Version.id)
        .where(Job.kind.in_((EXTRACT, LINK)), Job.state == "dead", Version.state == State.PROCESSING.value)
    ).all()
    for version in buried:
        version.state = State.FAILED
        version.problem_code = GIVEN_UP
        version.problem = (
            "It could not be read after five tries. It is kept, and found by its title and tags; "
            "ask your admin to look at `content-map doctor`, or upload it again."
        )
    session.flush()
    return len(buried)


def _nothing(_session: Session) -> None:
    """The version was removed meanwhile: there is nothing to write."""


def _load(sessions: Sessions, version_id: str) -> _Subject | None:
    with sessions.read() as session:
        version = session.get(Version, version_id)
        if version is None or version.store_key is None:
            return None
        return _Subject(version.id, version.store_key, version.file_name, version.sha256, version.size_bytes)


def _fetch(store: ObjectStore, subject: _Subject, copy: IO[bytes], limits: Limits) -> str:
    digest = hashlib.sha256()
    wanted: int | None = None
    with store.open(subject.store_key) as stored:
        while piece := stored.read(PIECE_BYTES):
            digest.update(piece)
            if wanted is None:
                wanted = limits.media_bytes if is_recording(piece) else limits.document_bytes
            # What is too large to be read is hashed alone: so much of it that this shows is enough.
            if copy.tell() <= wanted:
                copy.write(piece)
    found = digest.hexdigest()
    if subject.sha256 is not None and found != subject.sha256:
        raise ObjectMissing(f"the store gave other bytes for {subject.store_key} than were put there")
    return found


def _write(
    session: Session, version: Version, result: Extract, sha256: str, prints: Mapping[int, str | None]
) -> None:
    session.execute(delete(Page).where(Page.version_id == version.id))
    session.add_all(
        Page(
            version_id=version.id,
            number=page.number,
            label=page.label[:200],
            title=page.title[:300] if page.title else None,
            text=page.text,
            no_text=page.no_text,
            fingerprint=prints.get(page.number),
        )
        for page in result.pages
    )
    version.sha256 = sha256
    version.state = State.FAILED if result.failed else State.READY
    version.problem_code = str(result.problem.code) if result.problem else None
    sentences = [result.problem.sentence] if result.problem else []
    version.problem = " ".join([*sentences, *result.warnings]) or None
    if version.store_key is not None:  # an address stays a link, whatever it leads to
        version.kind = result.kind or version.kind
    version.media_type = result.media_type or version.media_type
    version.page_count = len(result.pages)
    version.word_count = result.words
    version.duration_seconds = result.duration_seconds
    # What a person said in a table stands before what the words look like.
    version.language = version.language or result.language
    version.document_title = result.title[:300] if result.title else None
    version.author = result.author[:300] if result.author else None
    version.links = list(result.links)
    version.sketch = list(result.sketch)


def _better_title(asset: Asset, result: Extract) -> None:
    if not asset.title_is_given and result.title.strip():
        asset.title = result.title.strip()[:300]
