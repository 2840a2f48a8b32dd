"""Full-text engines used plainly, as somebody would who reads no more than their first page of documentation."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from judged import DEPTH

from search import Document

Rank = Callable[[str], list[str]]

_WORD = re.compile(r"\w+")  # their query languages give every other sign a meaning, or stumble over it


def whoosh(documents: Sequence[Document], folder: Path) -> Rank:
    """Whoosh's own BM25F over a stemmed title and text, any word may match."""
    from whoosh.analysis import StemmingAnalyzer
    from whoosh.fields import ID, TEXT, Schema
    from whoosh.index import create_in
    from whoosh.qparser import MultifieldParser, OrGroup

    schema = Schema(id=ID(stored=True), title=TEXT(StemmingAnalyzer()), text=TEXT(StemmingAnalyzer()))
    index = create_in(folder, schema)
    writer = index.writer()
    for document in documents:
        writer.add_document(id=document.id, title=document.title, text=text_of(document))
    writer.commit()
    searcher = index.searcher()
    parser = MultifieldParser(["title", "text"], schema, group=OrGroup)
    return lambda text: [
        hit["id"] for hit in searcher.search(parser.parse(" ".join(_WORD.findall(text))), limit=DEPTH)
    ]


def sqlite(documents: Sequence[Document], folder: Path) -> Rank:
    """SQLite FTS5 with its Porter tokenizer, any word may match."""
    connection = sqlite3.connect(folder / "fts5.db")
    connection.execute(
        "CREATE VIRTUAL TABLE assets USING fts5(id UNINDEXED, title, text, tokenize = 'porter unicode61')"
    )
    rows = ((document.id, document.title, text_of(document)) for document in documents)
    connection.executemany("INSERT INTO assets VALUES (?, ?, ?)", rows)

    def rank(text: str) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in _WORD.findall(text))
        found = connection.execute(
            "SELECT id FROM assets WHERE assets MATCH ? ORDER BY bm25(assets) LIMIT ?", (words, DEPTH)
        )
        return [name for (name,) in found]

    return rank


def tantivy(documents: Sequence[Document], folder: Path) -> Rank:
    """tantivy with its English stemmer; its own parser asks both fields for any word."""
    import tantivy as engine

    builder = engine.SchemaBuilder().add_text_field("id", stored=True, tokenizer_name="raw")
    for field in ("title", "text"):
        builder.add_text_field(field, tokenizer_name="en_stem")
    index = engine.Index(builder.build(), path=str(folder))
    writer = index.writer()
    for document in documents:
        writer.add_document(engine.Document(id=document.id, title=document.title, text=text_of(document)))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def rank(text: str) -> list[str]:
        query = index.parse_query(" ".join(_WORD.findall(text)).lower(), ["title", "text"])
        hits = searcher.search(query, DEPTH).hits
        return [searcher.doc(address)["id"][0] for _, address in hits]

    return rank


PLAIN: dict[str, Callable[[Sequence[Document], Path], Rank]] = {
    "Whoosh, BM25F": whoosh,
    "SQLite FTS5": sqlite,
    "tantivy": tantivy,
}


def text_of(document: Document) -> str:
    """Join the pages."""
    return " ".join(text for _, text in document.pages)
