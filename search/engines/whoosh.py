"""The Whoosh engine: Whoosh keeps the postings durable, our own arrays score them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Lock

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.index import TOC

from search.analysis import question
from search.contract import Document, Query, Results, SearchUnavailable
from search.engines._bounded import Bounded
from search.engines._whoosh_folder import ABSENT, BROKEN, Folder
from search.engines._whoosh_ranking import rank
from search.engines._whoosh_schema import INDEX_NAME, SCHEMA, SCHEMA_NAME
from search.engines._whoosh_segment import PostingsCache, Segment
from search.engines._whoosh_snapshot import Snapshot
from search.engines._whoosh_writer import create, merge, replace
from search.forms import forms_of
from search.highlighting import Highlighter
from search.scoring import WEIGHTINGS, Weightings

_LOOK_EVERY_SECONDS = 0.2
_OPEN_ATTEMPTS = 10
_POSTINGS_LIMIT_BYTES = 32 << 20


class WhooshIndex:
    """An index in a folder. Threads share one; each process has its own and follows the others' commits.

    Nothing is ever read through Whoosh's readers, which a refresh would close under a search: a snapshot and
    its mapped segments live as long as somebody reads them.
    """

    def __init__(self, folder: Path, weightings: Weightings = WEIGHTINGS) -> None:
        self._folder = Folder(folder, SCHEMA_NAME)
        self._weightings = weightings
        self._cache: PostingsCache = Bounded(_POSTINGS_LIMIT_BYTES)
        self._segments: dict[str, Segment] = {}
        self._held: Snapshot | None = None
        self._looked_at = float("-inf")
        self._looking = Lock()

    def search(self, query: Query) -> Results:
        return rank(self._snapshot(), query)

    def apply(self, documents: Iterable[Document], deleted: Iterable[str] = ()) -> None:
        written = {document.id: document for document in documents}
        gone = set(deleted) - written.keys()
        with self._folder.writing():
            live = self._folder.live() or self._build([])
            if written or gone:
                replace(live, self._look(), written, gone)
            self._look()

    def rebuild(self, documents: Iterable[Document]) -> int:
        with self._folder.writing():
            self._build(documents)
            return self._look().count

    def tidy(self) -> None:
        with self._folder.writing():
            self._look()
            merge(self._live())
            self._look()

    def versions(self) -> Iterator[tuple[str, int]]:
        return self._snapshot().versions()

    def count(self) -> int:
        return self._snapshot().count

    def check(self) -> None:
        self._look()

    def knows(self, word: str) -> bool:
        snapshot = self._snapshot()
        forms = forms_of(word)
        return all(snapshot.has(stem) for stem in forms.stems) or any(map(snapshot.has, forms.joined))

    def highlighter(self, query: Query, *, characters: int = 240) -> Callable[[str], str | None]:
        snapshot = self._snapshot()
        stems = question(query.text, query.expansions, snapshot.languages).stems
        weights = {stem: weight * snapshot.rarity_of(stem) for stem, weight in stems.items()}
        cutting = Highlighter(weights, languages=snapshot.languages)
        return lambda text: cutting.passage(text, characters)

    def close(self) -> None:
        with self._looking:
            self._held = None
            self._segments = {}
            self._looked_at = float("-inf")

    def _build(self, documents: Iterable[Document]) -> Path:
        """Write a whole index and make it the live one; the one before it stays for those who still open it."""
        try:
            previous = self._folder.live()
        except SearchUnavailable:
            previous = None  # a broken pointer is no reason not to write a sound one
        fresh = self._folder.begin()
        again = create(fresh, documents)
        if again:
            replace(fresh, self._open(fresh), again, ())
        self._folder.publish(fresh)
        self._folder.sweep(fresh, previous)
        return fresh

    def _snapshot(self) -> Snapshot:
        """Give the newest snapshot, at most a fifth of a second old; one thread refreshes, others go on."""
        held = self._held
        if held is None:
            return self._look()
        if time.monotonic() - self._looked_at >= _LOOK_EVERY_SECONDS and self._looking.acquire(
            blocking=False
        ):
            try:
                return self._refresh()
            finally:
                self._looking.release()
        return held

    def _look(self) -> Snapshot:
        with self._looking:
            return self._refresh()

    def _refresh(self) -> Snapshot:
        began = time.monotonic()
        self._held = self._open_live()
        self._looked_at = began
        return self._held

    def _open_live(self) -> Snapshot:
        for _ in range(_OPEN_ATTEMPTS):
            try:
                return self._open(self._live())
            except FileNotFoundError:
                time.sleep(0.02)  # a commit or a rebuild has just swept what the pointer or the list named
        raise SearchUnavailable(BROKEN)

    def _live(self) -> Path:
        live = self._folder.live()
        if live is None:
            raise SearchUnavailable(ABSENT)
        return live

    def _open(self, folder: Path) -> Snapshot:
        """Open the folder's newest generation, or give what is held when it is that one."""
        storage = _Lists(str(folder))
        generation = (folder.name, TOC._latest_generation(storage, INDEX_NAME))
        if self._held is not None and self._held.generation == generation:
            return self._held
        try:
            listed = TOC.read(storage, INDEX_NAME, gen=generation[1], schema=SCHEMA).segments
            segments = {one.segment_id(): self._segment(folder, one) for one in listed}
            parts = [(segments[one.segment_id()], frozenset(one.deleted_docs())) for one in listed]
            snapshot = Snapshot(generation, parts, self._weightings)
        except FileNotFoundError:
            raise
        except Exception as error:  # a damaged pickle may raise anything at all
            raise SearchUnavailable(BROKEN) from error
        self._segments = segments
        return snapshot

    def _segment(self, folder: Path, listed: object) -> Segment:
        name: str = listed.segment_id()  # type: ignore[attr-defined]  # whoosh has no types
        return self._segments.get(name) or Segment(folder, listed, self._cache)


class _Lists(FileStorage):  # type: ignore[misc]  # whoosh has no types
    """Opens a list of segments without leaving the file open, as the stock class does with a damaged one."""

    def open_file(self, name: str, **_: object) -> BufferFile:
        return BufferFile(memoryview((Path(self.folder) / name).read_bytes()), name=name)
