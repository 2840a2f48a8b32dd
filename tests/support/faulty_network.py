"""Servers that misbehave, on real sockets: silent ones, ones that talk nonsense, ones that lose an answer."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

_CHUNK_BYTES = 64 * 1024


@contextmanager
def silent() -> Iterator[int]:
    """Accept connections and never say a word; gives the port."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as server:
        yield server.getsockname()[1]


@contextmanager
def answering(answers: Iterator[bytes]) -> Iterator[int]:
    """Read each request's head, say the next answer, hang up; gives the port."""

    def serve(connection: socket.socket) -> None:
        if _head(connection):
            connection.sendall(next(answers))

    with _serving(serve) as port:
        yield port


@contextmanager
def losing_first_answer(endpoint: str, *, to: Callable[[bytes], bool]) -> Iterator[int]:
    """Pass everything on to the endpoint, but hang up instead of the first answer to a request like `to`.

    `to` sees a request's head. Every answer closes its connection, so each request has one of its own.
    """
    target = urlsplit(endpoint)
    lost = threading.Event()

    def serve(connection: socket.socket) -> None:
        head = _head(connection)
        if not head:
            return
        with socket.create_connection((str(target.hostname), target.port or 80)) as upstream:
            answer = _exchange(connection, upstream, head)
        if to(head) and not lost.is_set():
            lost.set()
            return
        connection.sendall(answer)

    with _serving(serve) as port:
        yield port


@contextmanager
def _serving(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0), backlog=16) as server:
        threads: list[threading.Thread] = []

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                thread = threading.Thread(target=_one, args=(serve, connection), daemon=True)
                threads.append(thread)
                thread.start()

        acceptor = threading.Thread(target=accept, daemon=True)
        acceptor.start()
        try:
            yield server.getsockname()[1]
        finally:
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            acceptor.join(5)
            for thread in threads:
                thread.join(5)


def _one(serve: Callable[[socket.socket], None], connection: socket.socket) -> None:
    # A client that has heard enough may hang up at any time.
    with connection, contextlib.suppress(OSError):
        serve(connection)


def _head(connection: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        chunk = connection.recv(1)
        if not chunk:
            return b""
        head += chunk
    return head


def _exchange(client: socket.socket, upstream: socket.socket, head: bytes) -> bytes:
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(b":") for line in head.split(b"\r\n")[1:])
    }
    kept = [line for line in head.rstrip().split(b"\r\n") if not line.lower().startswith(b"connection:")]
    upstream.sendall(b"\r\n".join([*kept, b"Connection: close", b"", b""]))
    if headers.get(b"expect"):
        client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    left = int(headers.get(b"content-length", b"0"))
    while left and (chunk := client.recv(min(left, _CHUNK_BYTES))):
        upstream.sendall(chunk)
        left -= len(chunk)
    answer = b"".join(iter(lambda: upstream.recv(_CHUNK_BYTES), b""))
    return answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
