"""Which arguments a store accepts, so that both backends refuse the same ones."""

from __future__ import annotations

import re

_KEY = re.compile(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)*")
_PREFIX = re.compile(r"[a-z0-9][a-z0-9/._-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(?:; ?[\w.-]+=[\w.+-]+)*", re.ASCII)
_KEY_CHARACTERS = 200
_LONGEST_FOREIGN_BYTES = 1024  # what S3 allows a key, and what a row has room for
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LONGEST_LINK_SECONDS = 7 * 24 * 3600  # Signature Version 4 allows no more


def is_key(text: str) -> bool:
    """Say whether the text may be a key."""
    return len(text) <= _KEY_CHARACTERS and ".." not in text and _KEY.fullmatch(text) is not None


def require_key(key: str) -> None:
    """Refuse a malformed key before it can become a path or an address. Raises ValueError."""
    if not is_key(key):
        raise ValueError(f"{key!r} is not a storage key.")


def is_foreign_key(text: str) -> bool:
    """Say whether the text may name an object that was there before us: a slash, then its whole key."""
    return (
        text.startswith("/")
        and _UNSEEN.search(text) is None
        and len(text.encode()) <= _LONGEST_FOREIGN_BYTES
        and all(segment not in {"", ".", ".."} for segment in text[1:].split("/"))
    )


def require_readable(key: str) -> None:
    """Refuse what is neither a key of ours nor a foreign one. Raises ValueError."""
    if not (is_key(key) or is_foreign_key(key)):
        raise ValueError(f"{key!r} is not a storage key.")


def require_prefix(prefix: str) -> None:
    """Refuse what no key could begin with. Raises ValueError."""
    if prefix and not _begins_key(prefix):
        raise ValueError(f"{prefix!r} is not the beginning of a storage key.")


def _begins_key(prefix: str) -> bool:
    if prefix.startswith("/"):
        return is_foreign_key(prefix.removesuffix("/"))
    return ".." not in prefix and "//" not in prefix and _PREFIX.fullmatch(prefix) is not None


def is_media_type(text: str) -> bool:
    """Say whether the text may stand in a Content-Type header."""
    return _MEDIA_TYPE.fullmatch(text) is not None


def require_media_type(media_type: str) -> None:
    """Refuse what could break out of a header. Raises ValueError."""
    if not is_media_type(media_type):
        raise ValueError(f"{media_type!r} is not a media type.")


def require_sha256(sha256: str | None) -> None:
    """Refuse anything but 64 lower-case hex digits or None. Raises ValueError."""
    if sha256 is not None and _SHA256.fullmatch(sha256) is None:
        raise ValueError(f"{sha256!r} is not a SHA-256 in lower-case hex.")


def require_range(start: int, length: int | None) -> None:
    """Refuse negative ranges. Raises ValueError."""
    if start < 0 or (length is not None and length < 0):
        raise ValueError("A range begins at 0 or later and its length is not negative.")


def require_seconds(seconds: int) -> None:
    """Refuse a lifetime that no link can have. Raises ValueError."""
    if not 1 <= seconds <= _LONGEST_LINK_SECONDS:
        raise ValueError("A link lives between 1 second and 7 days.")
