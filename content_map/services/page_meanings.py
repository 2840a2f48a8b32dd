"""What pages mean, as vectors: which of them lack one, made a little at a time, removed once nobody finds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Select, delete, exists, func, select
from sqlalchemy.orm import Session

from content_map.db import Sessions
from content_map.domain.assets import State, Status
from content_map.models import Asset, Job, Mark, Page, PageMeaning, Version, enqueue
from content_map.models.outbox import enqueue_each
from content_map.statements import insert_unless_there
from search.meaning import MODEL, Encoder

ENCODE = "encode-meaning"
MARK = "page_meanings"  # counted up with every change, so that readers know when to read again
BEHIND_EVERYTHING = 9
# A second or two of work: a file that comes in meanwhile waits no longer for its turn.
PAGES_AT_ONCE = 16
VERSIONS_AT_ONCE = 500
UNIT = 127  # what a component of 1 is kept as
# More than the encoder reads of a page: 256 word pieces.
CHARACTERS = 4_000

Conclude = Callable[[Session], None]
Wanted = TypeVar("Wanted", bound=Select[Any])


@dataclass(frozen=True, slots=True)
class Progress:
    """How many pages of live versions have words, and how many of these a vector of the present model."""

    pages: int
    encoded: int


@dataclass(frozen=True, slots=True)
class _Text:
    version_id: str
    number: int
    title: str
    text: str


def missing(session: Session) -> Sequence[str]:
    """List versions that have no vectors yet and no job that would make them, some hundreds at most."""
    asked = exists().where(Job.kind == ENCODE, Job.subject == Version.id)
    wanted = _findable(select(Version.id)).where(_lacks_all(), ~asked)
    return session.scalars(wanted.order_by(Version.id).limit(VERSIONS_AT_ONCE)).all()


def ask_for(session: Session, version_ids: Sequence[str]) -> None:
    """Leave a job for each of these versions, behind all other work."""
    enqueue_each(session, ENCODE, version_ids, priority=BEHIND_EVERYTHING)


def encode(sessions: Sessions, version_id: str, encoder: Encoder) -> Conclude:
    """Encode the next pages of a version; what it returns writes them and lets the job come again for the rest."""
    with sessions.read() as session:
        texts = _unencoded(session, Page.version_id == version_id, limit=PAGES_AT_ONCE + 1)
    mine = texts[:PAGES_AT_ONCE]
    vectors = _encoded(encoder, mine)

    def conclude(session: Session) -> None:
        _write(session, mine, vectors)
        if len(texts) > len(mine):
            enqueue(
                session,
                ENCODE,
                version_id,
                dedupe_key=f"{ENCODE}:{version_id}",
                priority=BEHIND_EVERYTHING,
            )

    return conclude


def encode_missing(sessions: Sessions, encoder: Encoder) -> Iterator[int]:
    """Encode every page that lacks its vector, a few in a transaction; gives how many were done each time."""
    last = ""
    while True:
        with sessions.read() as session:
            texts = _unencoded(session, Page.version_id >= last, limit=PAGES_AT_ONCE)
        if not texts:
            return
        vectors = _encoded(encoder, texts)
        with sessions.write() as session:
            _write(session, texts, vectors)
        last = texts[-1].version_id
        yield len(texts)


def forget_unneeded(session: Session) -> int:
    """Remove the vectors of versions that nobody finds any more, and those of another model; returns how many."""
    needed = _findable(select(Version.id))
    return _forget(session, (PageMeaning.model != MODEL) | PageMeaning.version_id.not_in(needed))


def forget_all(session: Session) -> int:
    """Remove every vector; returns how many."""
    return _forget(session, PageMeaning.model.is_not(None))


def progress(session: Session) -> Progress:
    """Count the pages that are to have a vector, and those that have one."""
    pages = _findable(
        select(func.count()).select_from(Page).join(Version, Version.id == Page.version_id)
    ).where(Page.text != "")
    return Progress(session.scalar(pages) or 0, session.scalar(pages.where(_has_vector())) or 0)


def page_rows(encoder: Encoder, pages: Sequence[tuple[str, str]]) -> NDArray[np.int8]:
    """Encode pages, each with its asset's title: a slide is understood by what the whole deck is about."""
    vectors = encoder.encode([f"{title}. {text[:CHARACTERS]}" for title, text in pages])
    return np.rint(vectors * UNIT).astype(np.int8)


def change_number(session: Session) -> str:
    """Say how often the vectors have changed; costs one primary-key read."""
    mark = session.get(Mark, MARK)
    return mark.value if mark is not None else "0"


def _findable(statement: Wanted) -> Wanted:
    """Keep the present versions of published assets whose files were read."""
    return statement.join(Asset, Asset.id == Version.asset_id).where(
        Asset.version_number == Version.number,
        Asset.status == Status.PUBLISHED.value,
        Version.state == State.READY.value,
    )


def _lacks_all() -> ColumnElement[bool]:
    # A version is begun and ended by one job, so any vector of it says that the others are there or on their way.
    has_some = exists().where(PageMeaning.version_id == Version.id, *_is_present())
    return Version.page_count.is_not(None) & (func.coalesce(Version.word_count, 1) > 0) & ~has_some


def _has_vector() -> ColumnElement[bool]:
    mine = (PageMeaning.version_id == Page.version_id, PageMeaning.number == Page.number)
    return exists().where(*mine, *_is_present())


def _is_present() -> tuple[ColumnElement[bool], ...]:
    # What an asset was called before does not count; it goes on being found by it until its pages are encoded anew.
    return PageMeaning.model == MODEL, PageMeaning.title == Asset.title


def _unencoded(session: Session, which: ColumnElement[bool], *, limit: int) -> list[_Text]:
    columns = (Page.version_id, Page.number, Asset.title, func.substr(Page.text, 1, CHARACTERS))
    wanted = _findable(select(*columns).join(Version, Version.id == Page.version_id)).where(
        which, Page.text != "", ~_has_vector()
    )
    rows = session.execute(wanted.order_by(Page.version_id, Page.number).limit(limit))
    return [_Text(*row) for row in rows]


def _encoded(encoder: Encoder, texts: Sequence[_Text]) -> list[bytes]:
    return [row.tobytes() for row in page_rows(encoder, [(each.title, each.text) for each in texts])]


def _write(session: Session, texts: Sequence[_Text], vectors: Sequence[bytes]) -> None:
    # The file may have been read again since: only of what still stands there is this the meaning.
    pages = select(Page.version_id, Page.number, func.substr(Page.text, 1, CHARACTERS)).where(
        Page.version_id.in_({each.version_id for each in texts}),
        Page.number.in_({each.number for each in texts}),
    )
    present = {(version_id, number): text for version_id, number, text in session.execute(pages)}
    rows = [
        {
            "version_id": each.version_id,
            "number": each.number,
            "model": MODEL,
            "title": each.title,
            "vector": vector,
        }
        for each, vector in zip(texts, vectors, strict=True)
        if present.get((each.version_id, each.number)) == each.text
    ]
    if rows:
        insert = insert_unless_there(session, PageMeaning)
        replaced = {name: insert.excluded[name] for name in ("model", "title", "vector")}
        by_page = ["version_id", "number"]
        session.execute(insert.on_conflict_do_update(index_elements=by_page, set_=replaced), rows)
        _note_change(session)


def _forget(session: Session, which: ColumnElement[bool]) -> int:
    gone = session.connection().execute(delete(PageMeaning).where(which)).rowcount
    if gone:
        _note_change(session)
    return gone


def _note_change(session: Session) -> None:
    mark = session.get(Mark, MARK, with_for_update=True)
    if mark is None:
        session.add(Mark(name=MARK, value="1"))
    else:
        mark.value = str(int(mark.value) + 1)
    session.flush()
