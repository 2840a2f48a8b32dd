"""Bodies of answers: taken a piece at a time, unpacked within a limit, hashed on the way."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from http.client import HTTPResponse
from typing import IO

PIECE_BYTES = 64 * 1024
_ZLIB_OR_GZIP = zlib.MAX_WBITS | 32
PACKED = frozenset(("gzip", "x-gzip", "deflate"))
PLAIN = frozenset(("", "identity"))


class BodyTooLarge(Exception):
    """More than the limit, as sent or unpacked; what was taken so far is to be thrown away."""


class BodyUnreadable(Exception):
    """Packed in a way we did not ask for, or damaged."""


def take(response: HTTPResponse, into: IO[bytes], *, most_bytes: int) -> tuple[int, str]:
    """Write an answer's body, unpacked, and return its length and SHA-256.

    Raises BodyTooLarge, BodyUnreadable, and what the line raises.
    """
    if response.length is not None and response.length > most_bytes:
        raise BodyTooLarge
    digest = hashlib.sha256()
    size = 0
    for piece in _unpacked(response, most_bytes):
        size += len(piece)
        if size > most_bytes:
            raise BodyTooLarge
        digest.update(piece)
        into.write(piece)
    into.flush()
    return size, digest.hexdigest()


def _unpacked(response: HTTPResponse, most_bytes: int) -> Iterator[bytes]:
    coding = (response.headers.get("Content-Encoding") or "").strip().lower()
    if coding in PLAIN:
        return _pieces(response, most_bytes)
    if coding in PACKED:
        return _inflated(_pieces(response, most_bytes))
    raise BodyUnreadable


def _pieces(response: HTTPResponse, most_bytes: int) -> Iterator[bytes]:
    size = 0
    while piece := response.read(PIECE_BYTES):
        size += len(piece)
        if size > most_bytes:
            raise BodyTooLarge
        yield piece
    if response.length:  # it announced more; what came is half a page
        raise ConnectionAbortedError("the body broke off")


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Never more than a piece at once, however little was sent for it."""
    unpacking = zlib.decompressobj(_ZLIB_OR_GZIP)
    try:
        for piece in pieces:
            waiting = piece
            while waiting:
                if unpacking.eof:  # one packet may follow another
                    unpacking = zlib.decompressobj(_ZLIB_OR_GZIP)
                yield unpacking.decompress(waiting, PIECE_BYTES)
                waiting = unpacking.unconsumed_tail or unpacking.unused_data
    except zlib.error:
        raise BodyUnreadable from None
    if not unpacking.eof:
        raise BodyUnreadable
