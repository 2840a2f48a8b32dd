"""What a database can hold as text: everything but NUL and halves of characters."""

from __future__ import annotations


def is_storable(text: str) -> bool:
    """Say whether every database takes this text: JSON can carry NUL and lone surrogates, PostgreSQL cannot."""
    if "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


NOT_STORABLE = "This contains a character that is not text. Type it again."
