"""The way out: names become addresses, addresses become lines, and a deadline cuts whatever hangs."""

from __future__ import annotations

import contextlib
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType


@dataclass(frozen=True, slots=True)
class Network:
    """How names are looked up and lines are opened; a test brings its own.

    `connect` is only ever given an address that `resolve` gave and that was judged.
    """

    resolve: Callable[[str, int], Sequence[str]]
    connect: Callable[[tuple[str, int], float], socket.socket]
    tls: Callable[[], ssl.SSLContext]


def _resolve(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


INTERNET = Network(_resolve, socket.create_connection, ssl.create_default_context)


class Deadline:
    """Ends what takes too long as a whole: a server that sends a byte now and then never meets a time-out.

    `is_over` says whether a line was cut, whatever it looked like to its reader.
    """

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._ends = time.monotonic() + seconds
        self._guard = threading.Lock()
        self._line: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._timer.cancel()
        self._watch(None)

    def left(self) -> float:
        """Seconds that are left, never none: a time-out of 0 would mean not to wait at all."""
        return max(self._ends - time.monotonic(), 0.001)

    def watch(self, line: socket.socket) -> None:
        """Cut this line when the time is over; the one before it is forgotten."""
        # A second handle on the same line: TLS takes the first one over.
        self._watch(line.dup())

    def lookup(self, resolve: Callable[[str, int], Sequence[str]], host: str, port: int) -> Sequence[str]:
        """Look a name up; the system's own resolver knows no deadline. Raises OSError, TimeoutError."""
        answers: queue.SimpleQueue[Sequence[str] | OSError] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(resolve(host, port))
            except (OSError, UnicodeError) as error:
                answers.put(error if isinstance(error, OSError) else OSError(str(error)))

        threading.Thread(target=ask, name="lookup", daemon=True).start()
        try:
            answer = answers.get(timeout=self.left())
        except queue.Empty:
            raise TimeoutError("the name was not found in time") from None
        if isinstance(answer, OSError):
            raise answer
        return answer

    def _watch(self, line: socket.socket | None) -> None:
        with self._guard:
            if self._line is not None:
                self._line.close()
            self._line = line
        if self.is_over:
            self._cut()

    def _cut(self) -> None:
        with self._guard:
            self.is_over = True
            if self._line is not None:
                with contextlib.suppress(OSError):
                    self._line.shutdown(socket.SHUT_RDWR)
