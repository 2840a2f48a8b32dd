"""Writing a Whoosh index: every change is one commit, and one that fails is cancelled."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex, LockError
from whoosh.reading import SegmentReader
from whoosh.writing import MERGE_SMALL

from search.contract import Document, SearchUnavailable
from search.engines._whoosh_codec import Codec, Pool
from search.engines._whoosh_folder import BUSY, saying_why
from search.engines._whoosh_schema import INDEX_NAME, SCHEMA, rows
from search.engines._whoosh_snapshot import Snapshot

_SEGMENT_POSTINGS = 3_000_000  # about 150 MB of memory while a rebuild writes them
_LARGE_SEGMENT_ROWS = 20_000  # merging one takes seconds, so that waits for `tidy`
_WORTH_MERGING = 0.2  # deleted rows in a large segment


def create(folder: Path, documents: Iterable[Document]) -> dict[str, Document]:
    """Write documents into an empty folder, or leave no folder; give those whose id came again, last one wins."""
    again: dict[str, Document] = {}
    seen: set[str] = set()
    coming = iter(documents)
    try:
        with saying_why():
            FileIndex.create(FileStorage(str(folder)), SCHEMA, INDEX_NAME)
        while (first := next(coming, None)) is not None:
            with _commit(folder, _merge_none) as writer:
                for document in chain([first], coming):
                    if document.id in seen:
                        again[document.id] = document
                        continue
                    seen.add(document.id)
                    _add(writer, document)
                    if writer.pool.size >= _SEGMENT_POSTINGS:
                        break
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return again


def replace(
    folder: Path, present: Snapshot, documents: Mapping[str, Document], deleted: Iterable[str]
) -> None:
    """Put the documents in place of what `present`, the folder's newest snapshot, holds under their ids."""
    with _commit(folder, _merge_small) as writer:
        for row in present.rows_of([*deleted, *documents]):
            writer.delete_document(row)
        for document in documents.values():
            _add(writer, document)


def merge(folder: Path) -> None:
    """Merge what small commits left, and large segments with many deleted rows."""
    with _commit(folder, _merge_worthwhile):
        pass


@contextmanager
def _commit(folder: Path, merging: Any) -> Iterator[Any]:
    with saying_why():
        try:
            index = FileIndex(FileStorage(str(folder)), schema=SCHEMA, indexname=INDEX_NAME)
            writer = index.writer(codec=Codec())
        except LockError as error:
            raise SearchUnavailable(BUSY) from error
        writer.pool = Pool()
        try:
            yield writer
            writer.commit(mergetype=merging)
        except BaseException:
            with suppress(Exception):  # what failed matters, not what failed after it
                writer.cancel()
            raise


def _add(writer: Any, document: Document) -> None:
    for row in rows(document):
        writer.add_document(**row)


def _merge_none(_: Any, segments: list[Any]) -> list[Any]:
    return segments


def _merge_small(writer: Any, segments: list[Any]) -> list[Any]:
    large = [one for one in segments if one.doc_count_all() >= _LARGE_SEGMENT_ROWS]
    return large + list(MERGE_SMALL(writer, [one for one in segments if one not in large]))


def _merge_worthwhile(writer: Any, segments: list[Any]) -> list[Any]:
    kept = [
        one
        for one in segments
        if one.doc_count_all() >= _LARGE_SEGMENT_ROWS
        and one.deleted_count() < _WORTH_MERGING * one.doc_count_all()
    ]
    for one in segments:
        if one not in kept:
            reader = SegmentReader(writer.storage, writer.schema, one)
            writer.add_reader(reader)
            reader.close()
    return kept
