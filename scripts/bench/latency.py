"""How fast search answers and is written: our engine beside its peers, on the same documents and questions.

Times are CPU and wall per question in milliseconds; a ratio is a peer's median CPU over ours in this run. Peers give
the top ten alone; ours also counts conversations and terms, applies boosts and names the best pages.
"""

from __future__ import annotations

import argparse
import gc
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from library import SITUATIONS, documents

from search import Document, Query, open_index
from search.analysis import question

ROUNDS = 5
TOP = 10
CHANGED = 10
BOOSTS = {"industry:healthcare": 1.5, "function:finance": 1.2}

Ask = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Peer:
    """Something that answers questions over the documents; `ask` is None with a sentence in `name` when it cannot."""

    name: str
    ask: Ask | None


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds, one figure for each time it was done."""

    cpu: list[float]
    wall: list[float]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assets", type=int, nargs="*", default=[1_000, 10_000], help="library sizes")
    parser.add_argument("--no-peers", action="store_true", help="measure our engine alone")
    asked = parser.parse_args()
    for count in asked.assets:
        with tempfile.TemporaryDirectory() as folder:
            compare(count, Path(folder), with_peers=not asked.no_peers)
    return 0


def compare(count: int, folder: Path, *, with_peers: bool) -> None:
    library = list(documents(count))
    pages = sum(len(document.pages) for document in library)
    words = sum(len(text.split()) for document in library for _, text in document.pages)
    print(
        f"\n{count:,} assets, {pages:,} pages, {words:,} words, {len(SITUATIONS)} situations x {ROUNDS} rounds"
    )
    url = f"whoosh:{folder / 'ours'}"
    index = open_index(url)
    with clocked() as writing:
        index.rebuild(library)
    print(
        f"rebuild            {count / writing.cpu[0] * 1000:>9.0f} assets/s of CPU, {size(folder / 'ours')} MB on disk"
    )
    index.close()
    gc.collect()
    index = open_index(url)
    with clocked() as cold:
        index.search(Query(SITUATIONS[0]))
    print(f"first, cold        {cold.wall[0]:>9.1f} ms: opens the index and reads its first words")
    first = timed(lambda text: index.search(Query(text, boosts=BOOSTS)), 1)
    row("ours, words unread", first, None)
    ours = timed(lambda text: index.search(Query(text, boosts=BOOSTS)), ROUNDS)
    row("ours, warm", ours, None)
    if with_peers:
        for peer in (whoosh_or(folder / "ours"), sqlite(library), tantivy(library, folder)):
            if peer.ask is None:
                print(peer.name)
            else:
                row(peer.name, timed(peer.ask, 1), ours)
    changes(index, library)
    index.close()


def changes(index: Any, library: Sequence[Document]) -> None:
    commits, after = [], []
    for start in range(0, min(len(library), 12 * CHANGED), CHANGED):
        with clocked() as commit:
            index.apply(library[start : start + CHANGED])
        with clocked() as search:
            index.search(Query(SITUATIONS[start // CHANGED]))
        commits.append(commit.wall[0])
        after.append(search.wall[0])
    print(f"commit of {CHANGED} assets {statistics.median(commits):>8.0f} ms, longest {max(commits):.0f} ms")
    print(f"search after it    {statistics.median(after):>9.1f} ms, longest {max(after):.1f} ms")


@contextmanager
def clocked() -> Iterator[Timing]:
    timing = Timing([], [])
    cpu, wall = time.process_time(), time.perf_counter()
    yield timing
    timing.cpu.append((time.process_time() - cpu) * 1000)
    timing.wall.append((time.perf_counter() - wall) * 1000)


def timed(ask: Ask, rounds: int) -> Timing:
    timing = Timing([], [])
    for text in SITUATIONS * rounds:
        with clocked() as one:
            ask(text)
        timing.cpu.extend(one.cpu)
        timing.wall.extend(one.wall)
    return timing


def row(name: str, timing: Timing, ours: Timing | None) -> None:
    figures = "  ".join(
        f"{kind} p50 {statistics.median(values):8.2f} p95 {statistics.quantiles(values, n=20)[-1]:8.2f}"
        for kind, values in (("cpu", timing.cpu), ("wall", timing.wall))
    )
    ratio = f"  {statistics.median(timing.cpu) / statistics.median(ours.cpu):6.1f} x ours" if ours else ""
    print(f"{name:<18} {figures}{ratio}")


def whoosh_or(folder: Path) -> Peer:
    """Whoosh's own searcher over one field of the very same index."""
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import FileIndex
    from whoosh.query import Or, Term

    from search.engines._whoosh_schema import INDEX_NAME, SCHEMA

    (pointer,) = folder.glob("*/CURRENT")
    storage = FileStorage(str(pointer.parent / pointer.read_text()))
    searcher = FileIndex(storage, schema=SCHEMA, indexname=INDEX_NAME).searcher()

    def ask(text: str) -> object:
        return searcher.search(Or([Term("all", stem) for stem in question(text).stems]), limit=TOP)

    return Peer("Whoosh OR", ask)


def sqlite(library: Sequence[Document]) -> Peer:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE assets USING fts5(title, whole, tokenize='porter')")
    except sqlite3.OperationalError:
        return Peer("SQLite FTS5 left out: this Python's SQLite has no FTS5.", None)
    connection.executemany("INSERT INTO assets VALUES (?, ?)", ((one.title, whole(one)) for one in library))

    def ask(text: str) -> object:
        words = " OR ".join(f'"{stem}"' for stem in question(text).stems)
        return connection.execute(
            "SELECT rowid FROM assets WHERE assets MATCH ? ORDER BY bm25(assets) LIMIT ?", (words, TOP)
        ).fetchall()

    return Peer("SQLite FTS5", ask)


def tantivy(library: Sequence[Document], folder: Path) -> Peer:
    try:
        import tantivy as engine
    except ImportError:
        return Peer("tantivy left out: install the package `tantivy` to compare with it.", None)
    schema = engine.SchemaBuilder().add_text_field("whole", tokenizer_name="en_stem").build()
    place = folder / "tantivy"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    index = engine.Index(schema, path=str(place))
    writer = index.writer()
    for document in library:
        writer.add_document(engine.Document(whole=whole(document)))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def ask(text: str) -> object:
        stems = question(text).stems
        words = [(engine.Occur.Should, engine.Query.term_query(schema, "whole", stem)) for stem in stems]
        return searcher.search(engine.Query.boolean_query(words), TOP)

    return Peer("tantivy", ask)


def whole(document: Document) -> str:
    return " ".join([document.title, document.body, *(text for _, text in document.pages)])


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) >> 20


if __name__ == "__main__":
    sys.exit(main())
