"""Large objects that arrive in parts: in any order, from anybody who was let, over days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from storage.contract import StorageError, StoredObject

SMALLEST_PART_BYTES = 5 * 1024 * 1024  # S3 takes no smaller one, but for the last
MOST_PARTS = 10_000  # nor more of them


class UploadMissing(StorageError):
    """There is no such upload: it was completed, aborted or never begun."""


class PartsMismatch(StorageError):
    """The parts named are not the parts that arrived; those that did are kept."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part that arrived. `etag` is the store's own word for its content, without quotes."""

    number: int
    size_bytes: int
    etag: str


@dataclass(frozen=True, slots=True)
class OpenUpload:
    """An object that has begun to arrive."""

    key: str
    upload: str
    started_at: datetime


class PartStore(Protocol):
    """Uploads in parts of `part_bytes` each but the last, under keys as `ObjectStore` has them.

    Every method may raise StorageUnavailable; a malformed argument is a ValueError. Safe for threads.
    """

    def begin(self, key: str, *, media_type: str, part_bytes: int) -> str:
        """Begin an upload and give the name that the other calls take. Raises ObjectExists."""

    def link(self, key: str, upload: str, number: int, *, seconds: int) -> str | None:
        """Presign an address that takes a PUT of one part, or None when the application takes it.

        Does not look whether the upload is there.
        """

    def put(self, key: str, upload: str, number: int, stream: BinaryIO, *, limit_bytes: int) -> Part:
        """Take one part in, whole or not at all; one of the same number is replaced; memory stays flat.

        What the stream raises comes through unchanged. Raises ObjectTooLarge (past `limit_bytes`, or past
        the upload's part size where the store knows it), UploadMissing.
        """

    def present(self, key: str, upload: str) -> Sequence[Part]:
        """List the parts that arrived, in order. Raises UploadMissing."""

    def complete(self, key: str, upload: str, parts: Sequence[tuple[int, str]]) -> StoredObject:
        """Join the parts, given as number and etag, into the object; its `sha256` is not known yet.

        Whole or not at all; asked again after a lost answer or a kill it ends as if asked once.
        Raises PartsMismatch, ObjectExists, UploadMissing.
        """

    def abort(self, key: str, upload: str) -> None:
        """End an upload and remove its parts; one that is not there is no error."""

    def origin(self) -> str | None:
        """Where links lead, as scheme, host and port; None when the application takes the parts."""

    def open_to(self, origins: Sequence[str]) -> bool:
        """Let pages of these origins send parts and read the ETags; what others set there stays.

        Says whether it had to be changed. Raises StorageUnavailable when the service lets nobody set it.
        """

    def walk(self, prefix: str = "") -> Iterator[OpenUpload]:
        """Walk the uploads that are open under keys with this prefix, in the store's own order."""


def require_number(number: int) -> None:
    """Refuse a part number that no store takes. Raises ValueError."""
    if not 1 <= number <= MOST_PARTS:
        raise ValueError(f"Parts are numbered from 1 to {MOST_PARTS:,}.")


def require_part_bytes(part_bytes: int) -> None:
    """Refuse parts that are smaller than S3 takes, so that no backend is laxer. Raises ValueError."""
    if part_bytes < SMALLEST_PART_BYTES:
        raise ValueError(f"A part has at least {SMALLEST_PART_BYTES:,} bytes.")


def matched(present: Sequence[Part], claimed: Sequence[tuple[int, str]]) -> list[Part]:
    """Give the claimed parts as they arrived. Raises PartsMismatch unless they run from 1 without a gap."""
    arrived = {(part.number, part.etag): part for part in present}
    found = [arrived.get((number, etag.strip('"'))) for number, etag in claimed]
    parts = [part for part in found if part is not None]
    if (
        not parts
        or len(parts) < len(found)
        or [part.number for part in parts] != list(range(1, len(parts) + 1))
    ):
        raise PartsMismatch("Some parts did not arrive as they were sent; send the missing ones again.")
    return parts
