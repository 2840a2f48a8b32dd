"""How alike a collection's documents are in meaning to a question, computed as the product does.

Encoding thousands of pages takes minutes, so their vectors are kept below `var/bench` under a name that says what
was encoded with what.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from content_map.services.page_meanings import page_rows
from content_map.services.page_vectors import Vectors
from search import Document
from search.meaning import MODEL, Encoder, open_encoder

KEPT = Path(__file__).resolve().parents[2] / "var" / "bench"
PAGES_AT_ONCE = 64

Meaning = Callable[[str], Mapping[str, float]]


def meaning_of(documents: Sequence[Document]) -> Meaning:
    """Encode every page and give what compares a question with them. Raises ModelMissing."""
    encoder = open_encoder()
    pages = [(document.title, text) for document in documents for _, text in document.pages]
    rows = _kept(pages, encoder)
    numbers = [number for document in documents for number, _ in document.pages]
    counts = [len(document.pages) for document in documents]
    starts = np.cumsum([0, *counts])[:-1]
    # One without pages has no rows, and reduceat would lend it its neighbour's.
    filled = [place for place, count in enumerate(counts) if count]
    vectors = Vectors(
        rows,
        np.array(numbers, dtype=np.int32),
        tuple(documents[place].id for place in filled),
        starts[filled].astype(np.intp),
    )
    return lambda text: vectors.alike(encoder.encode([text])[0]).by_asset


def _kept(pages: Sequence[tuple[str, str]], encoder: Encoder) -> NDArray[np.int8]:
    name = hashlib.blake2b(json.dumps([MODEL, *pages]).encode(), digest_size=12).hexdigest()
    path = KEPT / f"meaning-{name}.npy"
    if path.exists():
        kept: NDArray[np.int8] = np.load(path)
        return kept
    parts = [
        page_rows(encoder, pages[start : start + PAGES_AT_ONCE])
        for start in range(0, len(pages), PAGES_AT_ONCE)
    ]
    rows = np.concatenate(parts)
    KEPT.mkdir(parents=True, exist_ok=True)
    np.save(path, rows)
    return rows
