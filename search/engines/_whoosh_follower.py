"""Following an index that others write: the newest snapshot is held, and a thread of its own looks for newer ones."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Event, Lock, Thread
from weakref import ReferenceType, ref

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.index import TOC

from search.contract import SearchUnavailable
from search.engines._bounded import Bounded
from search.engines._whoosh_folder import ABSENT, BROKEN, Folder
from search.engines._whoosh_schema import INDEX_NAME, SCHEMA
from search.engines._whoosh_segment import PostingsCache, Segment
from search.engines._whoosh_snapshot import Snapshot
from search.scoring import Weightings

_LOOK_EVERY_SECONDS = 0.1
_LOOK_ONESELF_AFTER_SECONDS = (
    0.8  # others' commits are promised within a second, whatever the thread is kept from
)
_OPEN_ATTEMPTS = 10
_POSTINGS_LIMIT_BYTES = 32 << 20


class Follower:
    """Gives snapshots of the live index. Searches go on with the one held while the next is made, then swapped in.

    Nothing is ever read through Whoosh's readers, which a refresh would close under a search: a snapshot and
    its mapped segments live as long as somebody reads them.
    """

    def __init__(self, folder: Folder, weightings: Weightings) -> None:
        self._folder = folder
        self._weightings = weightings
        self._cache: PostingsCache = Bounded(_POSTINGS_LIMIT_BYTES)
        self._segments: dict[str, Segment] = {}
        self._held: Snapshot | None = None
        self._looked_at = float("-inf")
        self._looking = Lock()
        self._thread: Thread | None = None
        self._stop = Event()

    def held(self) -> Snapshot:
        """Give a snapshot at most a second old; waits only when none is held. Raises SearchUnavailable."""
        held = self._held
        if held is None:
            return self.newest()
        is_late = time.monotonic() - self._looked_at > _LOOK_ONESELF_AFTER_SECONDS
        if is_late and self._looking.acquire(blocking=False):
            try:
                return self._refresh()
            finally:
                self._looking.release()
        return held

    def newest(self) -> Snapshot:
        """Look now. Raises SearchUnavailable."""
        with self._looking:
            return self._refresh()

    def live(self) -> Path:
        """Give the folder of the live index. Raises SearchUnavailable."""
        live = self._folder.live()
        if live is None:
            raise SearchUnavailable(ABSENT)
        return live

    def open(self, folder: Path) -> Snapshot:
        """Open a folder's newest generation, or give what is held when it is that one. Raises SearchUnavailable."""
        storage = _Lists(str(folder))
        generation = (folder.name, TOC._latest_generation(storage, INDEX_NAME))
        if self._held is not None and self._held.generation == generation:
            return self._held
        try:
            listed = TOC.read(storage, INDEX_NAME, gen=generation[1], schema=SCHEMA).segments
            listed = [one for one in listed if one.doc_count_all()]  # merging may leave one of nothing at all
            segments = {one.segment_id(): self._segment(folder, one) for one in listed}
            parts = [(segments[one.segment_id()], frozenset(one.deleted_docs())) for one in listed]
            snapshot = Snapshot(generation, parts, self._weightings)
        except FileNotFoundError:
            raise
        except Exception as error:  # a damaged pickle may raise anything at all
            raise SearchUnavailable(BROKEN) from error
        self._segments = segments
        return snapshot

    def close(self) -> None:
        with self._looking:
            self._stop.set()
            self._forget()

    def look_again(self, stop: Event) -> bool:
        """Say whether there is still something to follow; the thread calls it."""
        with self._looking:
            if stop.is_set():
                return False
            try:
                self._refresh()
            except SearchUnavailable:
                self._forget()  # the next search says why
                return False
        return True

    def _forget(self) -> None:
        self._held = None
        self._segments = {}
        self._thread = None

    def _refresh(self) -> Snapshot:
        began = time.monotonic()
        earlier = self._held
        fresh = self._open_live()
        if earlier is not None and fresh is not earlier:
            fresh.prepare(earlier)
        self._held = fresh
        self._looked_at = began
        if self._thread is None or not self._thread.is_alive():  # a fork leaves no thread behind
            self._stop = Event()
            self._thread = Thread(
                target=_follow, args=(ref(self), self._stop), name="search-index", daemon=True
            )
            self._thread.start()
        return fresh

    def _open_live(self) -> Snapshot:
        for _ in range(_OPEN_ATTEMPTS):
            try:
                return self.open(self.live())
            except FileNotFoundError:
                time.sleep(0.02)  # a commit or a rebuild has just swept what the pointer or the list named
        raise SearchUnavailable(BROKEN)

    def _segment(self, folder: Path, listed: object) -> Segment:
        name: str = listed.segment_id()  # type: ignore[attr-defined]  # whoosh has no types
        held = self._segments.get(name)
        return Segment(folder, listed, self._cache) if held is None else held


def _follow(followed: ReferenceType[Follower], stop: Event) -> None:
    """Look until told to stop, or until nobody has the index any more."""
    while not stop.wait(_LOOK_EVERY_SECONDS):
        follower = followed()
        if follower is None or not follower.look_again(stop):
            return
        del follower


class _Lists(FileStorage):  # type: ignore[misc]  # whoosh has no types
    """Opens a list of segments without leaving the file open, as the stock class does with a damaged one."""

    def open_file(self, name: str, **_: object) -> BufferFile:
        return BufferFile(memoryview((Path(self.folder) / name).read_bytes()), name=name)
