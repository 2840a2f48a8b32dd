"""Customer companies: when two spellings are one name."""

from __future__ import annotations

from unicodedata import normalize

ACCOUNT_NAME_CHARACTERS = 200


def tidy_name(name: str) -> str:
    """Write the name as it is shown: NFKC, with single spaces."""
    return " ".join(normalize("NFKC", name).split())


def name_key(name: str) -> str:
    """Give the key under which equal names meet: NFKC, case-folded, spaces collapsed."""
    # Folding can undo NFKC (for example ẞ or a Greek iota below), so it is normalised once more.
    return tidy_name(normalize("NFKC", name).casefold())
