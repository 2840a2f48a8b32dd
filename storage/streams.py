"""Reading streams a block at a time: counted, hashed, bounded, twice where the hash must be known first."""

from __future__ import annotations

import base64
import hashlib
import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import BinaryIO, Protocol

from storage.contract import ChecksumMismatch, ObjectTooLarge

_BLOCK_BYTES = 1024 * 1024


class MeasuredStream:
    """A stream read once: `size_bytes` and `sha256` speak of what has been read so far."""

    def __init__(self, stream: BinaryIO, limit_bytes: int | None = None) -> None:
        self._stream = stream
        self._limit_bytes = limit_bytes
        self._digest = hashlib.sha256()
        self.size_bytes = 0

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def block(self, wanted_bytes: int) -> bytes:
        """Read exactly `wanted_bytes`, fewer only at the end. Raises ObjectTooLarge."""
        block = bytearray()
        while len(block) < wanted_bytes:
            chunk = self._stream.read(self._allowed(wanted_bytes - len(block)))
            if not chunk:
                break
            self._measure(chunk)
            block += chunk
        return bytes(block)

    def blocks(self, wanted_bytes: int = _BLOCK_BYTES) -> Iterator[bytes]:
        """Read the rest, block by block. Raises ObjectTooLarge."""
        while block := self.block(wanted_bytes):
            yield block

    def verify(self, expected_sha256: str | None) -> None:
        """Compare all that was read with what was announced. Raises ChecksumMismatch."""
        if expected_sha256 is not None and self.sha256 != expected_sha256:
            raise ChecksumMismatch(
                "The file changed on its way here, so it was not stored. Please send it again."
            )

    def _allowed(self, wanted_bytes: int) -> int:
        # One byte past the limit is enough to know that the stream is too long.
        if self._limit_bytes is None:
            return wanted_bytes
        return min(wanted_bytes, self._limit_bytes + 1 - self.size_bytes)

    def _measure(self, chunk: bytes) -> None:
        self.size_bytes += len(chunk)
        if self._limit_bytes is not None and self.size_bytes > self._limit_bytes:
            raise ObjectTooLarge(
                f"The file is larger than {self._limit_bytes:,} bytes, so it was not stored."
            )
        self._digest.update(chunk)


def sha256_base64(content: bytes) -> str:
    """Hash as S3 writes it."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


@contextmanager
def announced(
    stream: BinaryIO, limit_bytes: int | None, expected_sha256: str | None
) -> Iterator[tuple[BinaryIO, str]]:
    """Give the stream together with its SHA-256 before it is sent.

    Without `expected_sha256` the stream is read once to know it: rewound after that if it is seekable, else
    spooled to a temporary file. Raises ObjectTooLarge.
    """
    if expected_sha256 is not None:
        yield stream, expected_sha256
        return
    measured = MeasuredStream(stream, limit_bytes)
    if stream.seekable():
        beginning = stream.tell()
        for _ in measured.blocks():
            pass
        stream.seek(beginning)
        yield stream, measured.sha256
        return
    with tempfile.TemporaryFile() as spool:
        for block in measured.blocks():
            spool.write(block)
        spool.seek(0)
        yield spool, measured.sha256


class ByteSource(Protocol):
    """What can be read and closed, and need be no file."""

    def read(self, size_bytes: int, /) -> bytes: ...

    def close(self) -> object: ...


class BoundedReader(io.RawIOBase):
    """At most `length` bytes of an open file from where it stands; closing it closes the file."""

    def __init__(self, source: BinaryIO, length: int) -> None:
        self._source = source
        self._left = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer has no length
        chunk = self._source.read(min(len(buffer), self._left))
        buffer[: len(chunk)] = chunk
        self._left -= len(chunk)
        return len(chunk)

    def close(self) -> None:
        try:
            self._source.close()
        finally:
            super().close()


class TranslatedReader(io.RawIOBase):
    """A source whose every read happens inside `speaking()`, which puts its failures into our words."""

    def __init__(self, source: ByteSource, speaking: Callable[[], AbstractContextManager[None]]) -> None:
        self._source = source
        self._speaking = speaking

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer has no length
        with self._speaking():
            chunk = self._source.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        try:
            self._source.close()
        finally:
            super().close()
