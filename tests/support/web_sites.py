"""Web sites of a test: a loopback server that says exactly what a test wants, and a network that leads to it."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import trustme

from content_map.outbound.network import Network

PUBLIC = "93.184.216.34"
Say = Callable[[bytes, socket.socket], None]


@dataclass
class Site:
    """A server at a loopback port; `asked` are the heads of the requests it got."""

    port: int
    asked: list[str] = field(default_factory=list)

    def targets(self) -> list[str]:
        """What was asked for, in order."""
        return [head.split(" ", 2)[1] for head in self.asked]


def page(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """An answer with a body."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


def led_to(location: str, status: str = "302 Found") -> bytes:
    """An answer that leads on."""
    return page(b"", f"Location: {location}", status=status)


def always(answer: bytes) -> Say:
    """Say the same to everybody."""
    return lambda _head, line: line.sendall(answer)


def by_target(answers: Mapping[str, bytes]) -> Say:
    """Say what belongs to the path that is asked for; 404 for every other."""

    def say(head: bytes, line: socket.socket) -> None:
        target = head.split(b" ", 2)[1].decode("latin-1")
        line.sendall(answers.get(target, page(b"gone", status="404 Not Found")))

    return say


@contextmanager
def site(say: Say, tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Serve on a loopback port, one thread a line, until the test is done."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        found = Site(listening.getsockname()[1])

        def serve(line: socket.socket) -> None:
            with contextlib.suppress(OSError), line:
                if tls is not None:
                    line = tls.wrap_socket(line, server_side=True)
                head = b""
                while b"\r\n\r\n" not in head and (more := line.recv(65536)):
                    head += more
                found.asked.append(head.decode("latin-1"))
                say(head, line)
                line.close()

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    line, _ = listening.accept()
                    threading.Thread(target=serve, args=(line,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield found
        listening.shutdown(socket.SHUT_RDWR)


@dataclass
class Internet:
    """A network on which names have the addresses a test gives them, and every line leads to one site.

    A name's addresses are given in turn, the last one for ever; `lines` are the addresses that were dialled.
    """

    port: int
    names: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    authority: trustme.CA | None = None
    lines: list[tuple[str, int]] = field(default_factory=list)
    lookups: list[str] = field(default_factory=list)

    def network(self) -> Network:
        """The network as the product takes it."""
        return Network(self._resolve, self._connect, self._tls)

    def _resolve(self, host: str, _port: int) -> Sequence[str]:
        self.lookups.append(host)
        turns = self.names.get(host, [[PUBLIC]])
        return turns[min(self.lookups.count(host), len(turns)) - 1]

    def _connect(self, address: tuple[str, int], timeout: float) -> socket.socket:
        self.lines.append(address)
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.authority is not None:
            self.authority.configure_trust(context)
        return context


def certified(authority: trustme.CA, host: str) -> ssl.SSLContext:
    """What a server of this name shows to whoever trusts the authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context
