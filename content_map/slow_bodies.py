"""Room for everybody else: of the threads that serve, only some wait for bodies, however slowly those come.

The server has no time limit for bodies, and a laptop that is shut in the middle of an upload never says goodbye.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, cast

from content_map.errors import Unavailable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Of the 32 threads of a process; files and forms wait apart, so that no upload keeps anybody from signing in.
LARGE_AT_ONCE = 16
SMALL_AT_ONCE = 12
SMALL_BYTES = 64 * 1024
INPUT = "wsgi.input"


class BodiesApart:
    """A WSGI application whose requests hold a place while their body comes, and none before or after."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._small = threading.BoundedSemaphore(SMALL_AT_ONCE)
        self._large = threading.BoundedSemaphore(LARGE_AT_ONCE)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = self._waiting(environ)
        environ[INPUT] = body
        try:
            return self._application(environ, start_response)
        finally:
            body.leave()

    def _waiting(self, environ: WSGIEnvironment) -> _Body:
        length = None
        with suppress(ValueError, KeyError):
            length = int(environ["CONTENT_LENGTH"])
        places = self._small if length is not None and length <= SMALL_BYTES else self._large
        return _Body(cast("BinaryIO", environ[INPUT]), length, places)


class _Body:
    """A body on its way, which takes its place with the first read and leaves it with the last."""

    def __init__(self, stream: BinaryIO, length: int | None, places: threading.BoundedSemaphore) -> None:
        self._stream = stream
        self._left = length
        self._places = places
        self._is_waiting = False
        self._has_ended = length == 0

    def read(self, size: int = -1) -> bytes:
        self._enter()
        return self._counted(self._stream.read(size), wanted=size)

    def readline(self, size: int = -1) -> bytes:
        self._enter()
        return self._counted(self._stream.readline(size), wanted=size)

    def leave(self) -> None:
        """Give the place back; nothing happens where none is held."""
        if self._is_waiting:
            self._is_waiting = False
            self._places.release()

    def _enter(self) -> None:
        if self._is_waiting or self._has_ended:
            return
        if not self._places.acquire(blocking=False):
            raise Unavailable("Too much is being sent at the moment. Nothing was stored; try again shortly.")
        self._is_waiting = True

    def _counted(self, piece: bytes, *, wanted: int) -> bytes:
        if self._left is not None:
            self._left -= len(piece)
        if wanted < 0 or (not piece and wanted) or (self._left is not None and self._left <= 0):
            self._has_ended = True
            self.leave()
        return piece
