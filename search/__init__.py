"""Full-text search as a library: documents in, ranked ids out, whatever the engine."""

from __future__ import annotations

from pathlib import Path

from search.contract import (
    Document,
    Hit,
    Query,
    Recency,
    Results,
    SearchError,
    SearchIndex,
    SearchUnavailable,
)
from search.scoring import WEIGHTINGS, Weightings

__all__ = [
    "Document",
    "Hit",
    "Query",
    "Recency",
    "Results",
    "SearchError",
    "SearchIndex",
    "SearchUnavailable",
    "open_index",
]


def open_index(url: str, weightings: Weightings = WEIGHTINGS) -> SearchIndex:
    """Open the index that `whoosh:/path/to/folder` names; nothing is read or made before it is used.

    `weightings` are for trials: a field of weight 0 has no part in any answer and is not even read.
    Raises ValueError for an address no engine knows.
    """
    engine, _, place = url.partition(":")
    if engine == "whoosh" and place:
        from search.engines.whoosh import WhooshIndex

        return WhooshIndex(Path(place), weightings)
    raise ValueError(f"`{url}` names no search index; write `whoosh:` and the path of a folder.")
