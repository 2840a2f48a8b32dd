"""What every object store does: the protocol, its values and its errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from storage.parts import PartStore


class StorageError(Exception):
    """Anything a store says of itself."""


class ObjectMissing(StorageError):
    """There is no object under this key."""


class ObjectExists(StorageError):
    """An object is there already under this key; it was left as it was, keys are never reused."""


class StorageUnavailable(StorageError):
    """The store cannot be reached or refuses service; trying later may work."""


class ChecksumMismatch(StorageError):
    """The bytes are not the bytes that were announced; a put has stored nothing."""


class ObjectTooLarge(StorageError):
    """The stream went on past `limit_bytes`; nothing was stored."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as the store holds it.

    `sha256` is lower-case hex, known for every object that came through `put`; a listing may leave it out.
    """

    key: str
    size_bytes: int
    sha256: str | None
    modified_at: datetime


class ObjectStore(Protocol):
    """Bytes under keys, written once and never overwritten.

    A key is at most 200 characters, one or more segments `[a-z0-9][a-z0-9._-]*` joined by `/`, without `..`.
    Where there is a key `a/b`, use no key `a`: some services keep folders and cannot hold both.
    `open`, `stat`, `link` and `keys` also take a foreign key: a slash and then the whole key, in any letters
    and up to 1,024 bytes together, of an object that others put into the same bucket, outside our own prefix.
    Foreign objects are only read: nothing else here takes such a key. A disk holds none.
    Every method may raise StorageUnavailable; a malformed argument is a ValueError. Safe for threads.
    """

    @property
    def parts(self) -> PartStore:
        """Objects that arrive in parts."""

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

        At most `limit_bytes` + 1 bytes are read. What the stream itself raises comes through unchanged and
        leaves nothing behind. A store that cannot rename may read a seekable stream twice, or spool one that
        is not to a temporary file, unless `expected_sha256` is given. After StorageUnavailable the object may
        be there, whole: the answer was lost, not the bytes.
        Raises ObjectExists, ObjectTooLarge, ChecksumMismatch.
        """

    def open(self, key: str, *, start: int = 0, length: int | None = None) -> BinaryIO:
        """Open the bytes from `start`, `length` of them or all; the caller closes.

        Like a slice: what lies past the end is empty, never an error. Raises ObjectMissing.
        """

    def stat(self, key: str) -> StoredObject:
        """Describe the object without reading it. Raises ObjectMissing."""

    def delete(self, key: str) -> None:
        """Remove the object; one that is not there is no error."""

    def keys(self, prefix: str = "") -> Iterator[StoredObject]:
        """Walk the objects whose keys begin with `prefix`, each once, a page at a time.

        The order is the store's own: services differ on whether `a/b` comes before or after `a-b`.
        """

    def link(self, key: str, *, seconds: int, file_name: str, media_type: str) -> str | None:
        """Presign a download address (attachment with `file_name`), or None when the application serves it.

        Does not look whether the object is there.
        """

    def check(self) -> None:
        """Answer within seconds when the store is usable.

        Raises StorageUnavailable with a sentence that says what to do.
        """
