"""Page pictures: drawn after reading, stored under the content's hash so that copies share them."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.assets import Kind
from content_map.extraction import Extract, Limits, Sandbox, preview_pages
from content_map.extraction import Page as ExtractedPage
from content_map.models import Page, Version
from storage.contract import ObjectExists, ObjectStore

WEBP = "image/webp"
PIECE_BYTES = 1024 * 1024
# Raised when pictures are drawn differently, so that new ones do not meet old ones under their keys.
DRAWING = 1


@dataclass(frozen=True, slots=True)
class _Subject:
    store_key: str
    sha256: str
    size_bytes: int
    extract: Extract


def render(
    sessions: Sessions, store: ObjectStore, version_id: str, *, sandbox: Sandbox, limits: Limits, spool: Path
) -> Callable[[Session], None]:
    """Draw and store the first pages, by way of a copy in `spool`; returns what notes their keys on the rows.

    Raises ObjectMissing, StorageUnavailable: the job tries again later.
    """
    subject = _load(sessions, version_id)
    if subject is None or subject.size_bytes > limits.document_bytes:
        return lambda _session: None
    keys: dict[int, tuple[str, str]] = {}
    with tempfile.TemporaryFile(dir=spool) as copy:
        _copy(store, subject.store_key, copy)
        for picture in preview_pages(copy, subject.extract, limits, sandbox=sandbox):
            stem = f"previews/{subject.sha256}/{DRAWING}-{picture.number}"
            image, thumbnail = f"{stem}.webp", f"{stem}-thumbnail.webp"
            _put(store, image, picture.large)
            _put(store, thumbnail, picture.thumbnail)
            keys[picture.number] = (image, thumbnail)

    def conclude(session: Session) -> None:
        for number, (image, thumbnail) in keys.items():
            # No indexed column changes here, so the outbox need not see it.
            session.execute(
                update(Page)
                .where(Page.version_id == version_id, Page.number == number)
                .values(image_key=image, thumbnail_key=thumbnail)
                .execution_options(synchronize_session=False)
            )

    return conclude


def _load(sessions: Sessions, version_id: str) -> _Subject | None:
    with sessions.read() as session:
        version = session.get(Version, version_id)
        if version is None or version.store_key is None or version.sha256 is None:
            return None
        pages = session.scalars(select(Page).where(Page.version_id == version.id).order_by(Page.number))
        extract = Extract(
            kind=Kind(version.kind),
            media_type=version.media_type,
            title=version.document_title or version.file_name,
            pages=tuple(
                ExtractedPage(page.number, page.label, page.title, page.text, page.no_text) for page in pages
            ),
        )
        return _Subject(version.store_key, version.sha256, version.size_bytes, extract)


def _copy(store: ObjectStore, key: str, copy: IO[bytes]) -> None:
    with store.open(key) as stored:
        while piece := stored.read(PIECE_BYTES):
            copy.write(piece)
    copy.seek(0)


def _put(store: ObjectStore, key: str, content: bytes) -> None:
    try:
        store.put(key, io.BytesIO(content), media_type=WEBP)
    except ObjectExists:
        return  # a copy of this file was drawn before
