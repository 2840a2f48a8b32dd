"""What is made of a file once and kept beside it: a PDF of an office file, the subtitles of a film."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from content_map.extraction import Limits, programs
from content_map.models import Page, Version
from content_map.services.stored import copy_out, put_once
from storage.contract import ObjectStore

PDF = "application/pdf"
VTT = "text/vtt"
# Raised when they are made differently, so that new ones do not meet old ones under their keys.
MAKING = 1
_OOXML = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
_SUFFIXES = {
    f"{_OOXML}.presentationml.presentation": ".pptx",
    f"{_OOXML}.wordprocessingml.document": ".docx",
    f"{_OOXML}.spreadsheetml.sheet": ".xlsx",
    f"{_OPEN}.presentation": ".odp",
    f"{_OPEN}.text": ".odt",
    f"{_OPEN}.spreadsheet": ".ods",
    "application/vnd.ms-powerpoint": ".ppt",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/rtf": ".rtf",
}
_PACKAGES = tuple(f"{start}." for start in (_OOXML, _OPEN))


def is_possible(media_type: str) -> bool:
    """Say whether a PDF can be made of such a file on this host."""
    return media_type in _SUFFIXES and programs.find(programs.Program.LIBREOFFICE) is not None


def carries_picture(media_type: str) -> bool:
    """Say whether such a file may hold a small picture of its first page."""
    return media_type.startswith(_PACKAGES)


def of_copy(session: Session, sha256: str) -> str | None:
    """Give the key of what was made of the same bytes before, for another version."""
    made = select(Version.rendition_key).where(Version.sha256 == sha256, Version.rendition_key.is_not(None))
    return session.scalar(made.limit(1))


def make(
    store: ObjectStore,
    store_key: str,
    sha256: str,
    media_type: str,
    *,
    limits: Limits,
    spool: Path,
) -> str | None:
    """Make a PDF of an office file, keep it and give its key; None when LibreOffice makes none of it.

    Raises ObjectMissing, StorageUnavailable.
    """
    suffix = _SUFFIXES.get(media_type)
    if suffix is None:
        return None
    with tempfile.TemporaryDirectory(dir=spool, prefix="content-map-rendition-") as folder:
        source = copy_out(store, store_key, Path(folder) / f"source{suffix}")
        made = programs.convert_office(source, "pdf", Path(folder), limits)
        return None if made is None else put_once(store, _key(sha256, "pdf"), made, PDF)


def keep_subtitles(store: ObjectStore, sha256: str, film: Path, limits: Limits) -> str | None:
    """Keep a film's subtitles as its player wants them and give their key; None when it has none.

    Raises StorageUnavailable.
    """
    text = programs.subtitles(film, limits)
    return None if text is None else put_once(store, _key(sha256, "vtt"), text.encode(), VTT)


def note(session: Session, version_id: str, key: str) -> None:
    """Write on a version where what was made of it lies, and let its cards be drawn again when they are asked for.

    Nothing that the index knows changes.
    """
    session.execute(
        update(Page)
        .where(Page.version_id == version_id, Page.is_simplified.is_(True), Page.number > 1)
        .values(image_key=None, thumbnail_key=None, is_simplified=False)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Version)
        .where(Version.id == version_id)
        .values(rendition_key=key)
        .execution_options(synchronize_session=False)
    )


def _key(sha256: str, ending: str) -> str:
    return f"renditions/{sha256}/{MAKING}.{ending}"
