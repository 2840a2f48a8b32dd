"""The Whoosh engine: Whoosh keeps the postings durable, our own arrays score them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from search.analysis import question
from search.contract import Document, Query, Results, SearchUnavailable
from search.engines._whoosh_folder import BROKEN, Folder
from search.engines._whoosh_follower import Follower
from search.engines._whoosh_ranking import rank
from search.engines._whoosh_schema import SCHEMA_NAME
from search.engines._whoosh_writer import create, merge, replace
from search.forms import forms_of
from search.highlighting import Highlighter
from search.languages import ENGLISH
from search.scoring import WEIGHTINGS, Weightings


class WhooshIndex:
    """An index in a folder. Threads share one; each process has its own and follows the others' commits."""

    def __init__(self, folder: Path, weightings: Weightings = WEIGHTINGS) -> None:
        self._folder = Folder(folder, SCHEMA_NAME)
        self._follower = Follower(self._folder, weightings)

    def search(self, query: Query) -> Results:
        with _saying_broken():
            return rank(self._follower.held(), query)

    def apply(self, documents: Iterable[Document], deleted: Iterable[str] = ()) -> None:
        written = {document.id: document for document in documents}
        gone = set(deleted) - written.keys()
        with self._folder.writing():
            live = self._folder.live() or self._build([])
            if written or gone:
                replace(live, self._follower.newest(), written, gone)
            self._follower.newest()

    def rebuild(self, documents: Iterable[Document]) -> int:
        with self._folder.writing():
            self._build(documents)
            return self._follower.newest().count

    def tidy(self) -> None:
        with self._folder.writing():
            self._follower.newest()
            merge(self._follower.live())
            self._follower.newest()

    def versions(self) -> Iterator[tuple[str, int]]:
        with _saying_broken():
            return iter(list(self._follower.held().versions()))

    def count(self) -> int:
        return self._follower.held().count

    def check(self) -> None:
        self._follower.newest()

    def knows(self, word: str) -> bool:
        with _saying_broken():
            snapshot = self._follower.held()
            return any(
                all(map(snapshot.has, forms.stems)) or any(map(snapshot.has, forms.joined))
                for forms in (forms_of(word, language) for language in (ENGLISH, *snapshot.languages))
            )

    def highlighter(self, query: Query, *, characters: int = 240) -> Callable[[str], str | None]:
        with _saying_broken():
            snapshot = self._follower.held()
            asked = question(query.text, query.expansions, snapshot.languages)
            weights = {stem: weight * snapshot.rarity_of(stem) for stem, weight in asked.stems.items()}
        cutting = Highlighter(weights, asked.beside, snapshot.languages)
        return lambda text: cutting.passage(text, characters)

    def close(self) -> None:
        self._follower.close()

    def _build(self, documents: Iterable[Document]) -> Path:
        """Write a whole index and make it the live one; the one before it stays for those who still open it."""
        try:
            previous = self._folder.live()
        except SearchUnavailable:
            previous = None  # a broken pointer is no reason not to write a sound one
        fresh = self._folder.begin()
        again = create(fresh, documents)
        if again:
            replace(fresh, self._follower.open(fresh), again, ())
        self._folder.publish(fresh)
        self._folder.sweep(fresh, previous)
        return fresh


@contextmanager
def _saying_broken() -> Iterator[None]:
    """Turn what a damaged file leads to into a sentence: a wrong number in it may raise anything at all."""
    try:
        yield
    except SearchUnavailable:
        raise
    except Exception as error:
        raise SearchUnavailable(BROKEN) from error
