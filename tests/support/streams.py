"""Streams that the world sends: without a way back, without an end, or breaking off."""

from __future__ import annotations

import io


class OneWayStream(io.BytesIO):
    """Bytes that can be read once, a little at a time, like a request's body."""

    def seekable(self) -> bool:
        return False

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size, 65_521) if size is not None and size >= 0 else 65_521)


class BreakingStream(OneWayStream):
    """Bytes after which the sender hangs up."""

    def read(self, size: int | None = -1) -> bytes:
        if chunk := super().read(size):
            return chunk
        raise ConnectionResetError("the sender hung up")


class EndlessStream(OneWayStream):
    """Zeros for ever, counted: how much was read before somebody stopped?"""

    def __init__(self) -> None:
        super().__init__()
        self.read_bytes = 0

    def read(self, size: int | None = -1) -> bytes:
        chunk = bytes(65_536 if size is None or size < 0 else min(size, 65_536))
        self.read_bytes += len(chunk)
        return chunk
