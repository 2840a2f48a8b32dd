"""What every object store does: the protocol, its values and its errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol


class StorageError(Exception):
    """Anything a store says of itself."""


class ObjectMissing(StorageError):
    """There is no object under this key."""


class StorageUnavailable(StorageError):
    """The store cannot be reached or refuses service; trying later may work."""


class ChecksumMismatch(StorageError):
    """The bytes that arrived are not the bytes that were announced; nothing was stored."""


class ObjectTooLarge(StorageError):
    """The stream went on past `limit_bytes`; nothing was stored."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as the store holds it. `sha256` is lower-case hex, known when the store saw every byte."""

    key: str
    size_bytes: int
    sha256: str | None
    modified_at: datetime


class ObjectStore(Protocol):
    """Bytes under keys. Keys match `[a-z0-9][a-z0-9/._-]{0,199}` without `..` and are never reused.

    Every method may raise StorageUnavailable; a malformed key is a ValueError.
    """

    def put(
        self,
        key: str,
        stream: BinaryIO,
        *,
        media_type: str,
        limit_bytes: int | None = None,
        expected_sha256: str | None = None,
    ) -> StoredObject:
        """Store the stream under `key`, whole or not at all, hashing on the way; memory stays flat.

        Raises ObjectTooLarge, ChecksumMismatch.
        """

    def open(self, key: str, *, start: int = 0, length: int | None = None) -> BinaryIO:
        """Open the bytes from `start`, `length` of them or all; the caller closes. Raises ObjectMissing."""

    def stat(self, key: str) -> StoredObject:
        """Describe the object without reading it. Raises ObjectMissing."""

    def delete(self, key: str) -> None:
        """Remove the object; one that is not there is no error."""

    def keys(self, prefix: str = "") -> Iterator[StoredObject]:
        """Walk the objects under a prefix in key order, a page at a time."""

    def link(self, key: str, *, seconds: int, file_name: str, media_type: str) -> str | None:
        """Presign a download address (attachment with `file_name`), or None when the application serves it."""

    def check(self) -> None:
        """Answer when the store is usable. Raises StorageUnavailable with a sentence that says what to do."""
