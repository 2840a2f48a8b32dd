"""Other engines over the same documents and questions, each given our own stems so that all look for the same words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search import Document
from search.analysis import question

TOP = 10

Ask = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Peer:
    """Something that answers questions over the documents; `open` opens what was written and gives how to ask it."""

    name: str
    open: Callable[[], Ask]


def peers(library: Sequence[Document], folder: Path) -> Iterable[Peer | str]:
    """Write the library for each engine that is installed; a sentence for one that is not."""
    yield _sqlite(library, folder / "fts5.db")
    yield from _tantivy(library, folder / "tantivy")


def stock_whoosh(folder: Path) -> Peer:
    """Whoosh's own searcher over one field of our very index."""
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import FileIndex
    from whoosh.query import Or, Term

    from search.engines._whoosh_schema import INDEX_NAME, SCHEMA

    def opened() -> Ask:
        (pointer,) = folder.glob("*/CURRENT")
        storage = FileStorage(str(pointer.parent / pointer.read_text()))
        searcher = FileIndex(storage, schema=SCHEMA, indexname=INDEX_NAME).searcher()
        return lambda text: searcher.search(
            Or([Term("all", stem) for stem in question(text).stems]), limit=TOP
        )

    return Peer("Whoosh OR", opened)


def _sqlite(library: Sequence[Document], place: Path) -> Peer | str:
    connection = sqlite3.connect(place)
    try:
        connection.execute("CREATE VIRTUAL TABLE assets USING fts5(title, whole, tokenize='porter')")
    except sqlite3.OperationalError:
        return "SQLite FTS5 left out: this Python's SQLite has no FTS5."
    connection.executemany("INSERT INTO assets VALUES (?, ?)", ((one.title, _whole(one)) for one in library))
    connection.execute("INSERT INTO assets(assets) VALUES ('optimize')")
    connection.commit()
    connection.close()

    def opened() -> Ask:
        reading = sqlite3.connect(place)

        def ask(text: str) -> object:
            words = " OR ".join(f'"{stem}"' for stem in question(text).stems)
            return reading.execute(
                "SELECT rowid FROM assets WHERE assets MATCH ? ORDER BY bm25(assets) LIMIT ?", (words, TOP)
            ).fetchall()

        return ask

    return Peer("SQLite FTS5", opened)


def _tantivy(library: Sequence[Document], place: Path) -> Iterable[Peer | str]:
    try:
        import tantivy
    except ImportError:
        return ["tantivy left out: install the package `tantivy` to compare with it."]
    builder = tantivy.SchemaBuilder().add_text_field("whole", tokenizer_name="en_stem")
    for name in ("id", "conversation", "terms"):
        builder.add_text_field(name, stored=name == "id", fast=True, tokenizer_name="raw")
    schema = builder.build()
    place.mkdir()
    writer = tantivy.Index(schema, path=str(place)).writer()
    for one in library:
        writer.add_document(
            tantivy.Document(
                whole=_whole(one), id=one.id, conversation=one.conversation, terms=list(one.terms)
            )
        )
    writer.commit()
    writer.wait_merging_threads()

    def query(text: str) -> Any:
        stems = question(text).stems
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "whole", stem)) for stem in stems]
        )

    def opened() -> Ask:
        searcher = tantivy.Index.open(str(place)).searcher()
        return lambda text: searcher.search(query(text), TOP)

    def opened_for_all() -> Ask:
        searcher = tantivy.Index.open(str(place)).searcher()
        counting = {name: {"terms": {"field": name, "size": 1000}} for name in ("conversation", "terms")}

        def ask(text: str) -> object:
            asked = query(text)
            ids = [searcher.doc(address)["id"] for _, address in searcher.search(asked, TOP).hits]
            return ids, searcher.aggregate(asked, counting)

        return ask

    return [Peer("tantivy", opened), Peer("tantivy + ids and counts", opened_for_all)]


def _whole(document: Document) -> str:
    return " ".join([document.title, document.body, *(text for _, text in document.pages)])
