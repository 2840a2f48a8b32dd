"""Draws pages of one version and keeps the pictures under the content's hash, by the best means there is.

The file's own pages, or those of a PDF made of it; a film's frame or a recording's cover; the picture that an office
program left in it, unless other files carry the same one; else a card with the page's words.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from content_map.domain.assets import Kind
from content_map.extraction import Limits, Sandbox, programs
from content_map.extraction import Page as ReadPage
from content_map.extraction.extracting import Document
from content_map.extraction.job import Drawing
from content_map.extraction.previews import MEDIA_TYPE, card_of, embedded
from content_map.extraction.previews import draw as draw_pages
from content_map.models import Page, Version
from content_map.services import renditions
from content_map.services.stored import copy_out, put_once
from storage.contract import ObjectStore

# Raised when pictures are drawn differently, so that new ones do not meet old ones under their keys.
STYLE = 2
_EMBEDDED, _EMBEDDED_SMALL = "-1-embedded.webp", "-1-embedded-thumbnail.webp"
RECORDINGS = frozenset((Kind.VIDEO, Kind.AUDIO))
_LARGE_FROM_PIXELS = 640  # an embedded picture is shown large from here on; office programs mostly leave 256


@dataclass(frozen=True, slots=True)
class Keys:
    """Where a page's picture is kept, large and small; `is_simplified`: the large one only stands in for it."""

    image: str
    thumbnail: str
    is_simplified: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """A version, and those of its pages that shall be drawn; `known` were drawn before, perhaps for a copy of it."""

    version_id: str
    store_key: str | None
    rendition_key: str | None
    sha256: str
    size_bytes: int
    kind: Kind
    media_type: str
    title: str
    has_words: bool
    page_count: int
    pages: tuple[ReadPage, ...]
    known: Mapping[int, Keys]


@dataclass(slots=True)
class Drawn:
    """What was stored; whether the picture that the file carries may be used is only known when it is noted."""

    keys: dict[int, Keys] = field(default_factory=dict)
    embedded_hash: str | None = None
    embedded_keys: Keys | None = None
    subtitles_key: str | None = None


def load(session: Session, version_id: str, numbers: range) -> Subject | None:
    """Load a version and some of its pages; None when it is gone, or before its bytes were read."""
    version = session.get(Version, version_id)
    if version is None or not version.sha256:
        return None
    within = (Page.number >= numbers.start, Page.number < numbers.stop)
    pages = session.scalars(select(Page).where(Page.version_id == version.id, *within).order_by(Page.number))
    return Subject(
        version_id=version.id,
        store_key=version.store_key,
        rendition_key=version.rendition_key,
        sha256=version.sha256,
        size_bytes=version.size_bytes,
        kind=Kind(version.kind),
        media_type=version.media_type,
        title=version.document_title or version.file_name,
        has_words=bool(version.word_count),
        page_count=version.page_count or 0,
        pages=tuple(ReadPage(page.number, page.label, page.title, page.text, page.no_text) for page in pages),
        known=_drawn_before(session, version, numbers),
    )


def draw(store: ObjectStore, subject: Subject, *, sandbox: Sandbox, limits: Limits, spool: Path) -> Drawn:
    """Draw and store what no copy has been given yet. Raises ObjectMissing, StorageUnavailable."""
    drawn = Drawn(keys=dict(subject.known))
    wanted = [page for page in subject.pages if page.number not in drawn.keys]
    if not wanted:
        return drawn
    cards = tuple(card_of(page, subject.title, subject.kind) for page in wanted)
    asked = Drawing(subject.kind, subject.media_type, cards)
    with tempfile.TemporaryDirectory(dir=spool, prefix="content-map-drawing-") as folder:
        file, asked = _material(store, subject, asked, drawn, Path(folder), limits)
        for picture in draw_pages(file, asked, limits, sandbox):
            name = f"{picture.number}-card" if picture.drawn else str(picture.number)
            drawn.keys[picture.number] = _keep(
                store, subject, name, picture.large, picture.thumbnail, picture.drawn
            )
        first = drawn.keys.get(1)
        if first is not None and first.is_simplified and renditions.carries_picture(subject.media_type):
            _keep_embedded(store, subject, drawn, first, Path(folder), sandbox, limits)
    return drawn


def note(session: Session, subject: Subject, drawn: Drawn) -> Sequence[str]:
    """Write the keys on the pages; returns the versions whose embedded picture turns out to be a template's."""
    keys = dict(drawn.keys)
    others: Sequence[str] = ()
    if drawn.embedded_hash is not None and drawn.embedded_keys is not None:
        shared, others = _sharing(session, subject, drawn.embedded_hash)
        if not shared:
            keys[1] = drawn.embedded_keys
        _change(session, subject, embedded_hash=drawn.embedded_hash)
    if drawn.subtitles_key is not None:
        renditions.note(session, subject.version_id, drawn.subtitles_key)
    for number, each in keys.items():
        # No indexed column changes here, so the outbox need not see it.
        session.execute(
            update(Page)
            .where(Page.version_id == subject.version_id, Page.number == number)
            .values(image_key=each.image, thumbnail_key=each.thumbnail, is_simplified=each.is_simplified)
            .execution_options(synchronize_session=False)
        )
    return others


def _drawn_before(session: Session, version: Version, numbers: range) -> dict[int, Keys]:
    """Pictures of these pages, for this version or another one of the same bytes; cards may be bettered."""
    found = session.execute(
        select(Page.number, Page.image_key, Page.thumbnail_key)
        .join(Version, Version.id == Page.version_id)
        .where(
            Version.sha256 == version.sha256,
            Page.number >= numbers.start,
            Page.number < numbers.stop,
            Page.is_simplified.is_(False),
        )
    )
    return {
        number: Keys(image, thumbnail, is_simplified=False)
        for number, image, thumbnail in found
        if image is not None and thumbnail is not None and not image.endswith(_EMBEDDED)
    }


def _material(
    store: ObjectStore, subject: Subject, asked: Drawing, drawn: Drawn, folder: Path, limits: Limits
) -> tuple[Document, Drawing]:
    """The file to draw from, and what is asked of it; nothing is fetched where only cards can be drawn."""
    cards_alone: tuple[Document, Drawing] = (io.BytesIO(b""), replace(asked, only_cards=True))
    if subject.kind in RECORDINGS:
        return _frame(store, subject, asked, drawn, folder, limits) or cards_alone
    if subject.rendition_key is not None:
        file = copy_out(store, subject.rendition_key, folder / "rendition")
        return file, replace(asked, media_type=renditions.PDF, made_from=subject.page_count)
    can_be_drawn = asked.media_type == renditions.PDF or subject.kind is Kind.IMAGE
    if not can_be_drawn or subject.store_key is None or subject.size_bytes > limits.document_bytes:
        return cards_alone
    return copy_out(store, subject.store_key, folder / "original"), asked


def _frame(
    store: ObjectStore, subject: Subject, asked: Drawing, drawn: Drawn, folder: Path, limits: Limits
) -> tuple[Document, Drawing] | None:
    if programs.find(programs.Program.FFMPEG) is None or subject.size_bytes > limits.media_bytes:
        return None
    if subject.store_key is None or asked.cards[0].number != 1:
        return None
    film = copy_out(store, subject.store_key, folder / "original")
    if subject.has_words and subject.rendition_key is None:
        drawn.subtitles_key = renditions.keep_subtitles(store, subject.sha256, film, limits)
    frame = programs.poster(film, limits)
    return (
        None
        if frame is None
        else (io.BytesIO(frame), replace(asked, kind=Kind.IMAGE, media_type="image/png"))
    )


def _keep_embedded(
    store: ObjectStore,
    subject: Subject,
    drawn: Drawn,
    card: Keys,
    folder: Path,
    sandbox: Sandbox,
    limits: Limits,
) -> None:
    if subject.store_key is None or subject.size_bytes > limits.document_bytes:
        return
    file = copy_out(store, subject.store_key, folder / "package")
    found = embedded(file, limits, sandbox)
    if found is None:
        return
    kept = _keep(store, subject, "1-embedded", found.large, found.thumbnail, False)
    is_small = found.width_pixels < _LARGE_FROM_PIXELS
    drawn.embedded_hash = found.hash
    drawn.embedded_keys = replace(card, thumbnail=kept.thumbnail) if is_small else kept


def _keep(
    store: ObjectStore, subject: Subject, name: str, large: bytes, thumbnail: bytes, is_simplified: bool
) -> Keys:
    stem = f"previews/{subject.sha256}/{STYLE}-{name}"
    return Keys(
        put_once(store, f"{stem}.webp", large, MEDIA_TYPE),
        put_once(store, f"{stem}-thumbnail.webp", thumbnail, MEDIA_TYPE),
        is_simplified,
    )


def _sharing(session: Session, subject: Subject, embedded_hash: str) -> tuple[bool, Sequence[str]]:
    """Whether other files carry the same picture, and those of them that still show it."""
    others = session.execute(
        select(Version.id, Page.thumbnail_key)
        .join(Page, Page.version_id == Version.id)
        .where(Version.embedded_hash == embedded_hash, Version.sha256 != subject.sha256, Page.number == 1)
    ).all()
    return bool(others), [each for each, key in others if key and key.endswith(_EMBEDDED_SMALL)]


def _change(session: Session, subject: Subject, **values: str) -> None:
    session.execute(
        update(Version)
        .where(Version.id == subject.version_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
