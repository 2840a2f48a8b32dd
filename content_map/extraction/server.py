"""The sandbox's server: a process of its own that loads every parser once and forks a child per document.

A process started fresh has one thread, whatever the worker that started it has, so forking it is safe, and a
child is there in milliseconds. Run as `python -m content_map.extraction.server DESCRIPTOR EXTRA_FORMAT…`.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from content_map.extraction.cards import CardPainter
from content_map.extraction.confinement import confine_child, confine_server
from content_map.extraction.contract import Format
from content_map.extraction.formats import load_formats
from content_map.extraction.job import Job
from content_map.extraction.preloading import preload
from content_map.extraction.reading import read_document
from content_map.extraction.rendering import render_pages
from content_map.extraction.wire import Message, receive_frame, send_frame, to_line
from content_map.extraction.words import LanguageReader

_DOCUMENT, _ANSWER = 3, 4
_RECURSION = 3_000  # XML may be 256 levels deep, and a level takes a few frames
_POLL_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class _Tools:
    formats: Sequence[Format]
    languages: LanguageReader
    painter: CardPainter


def main(arguments: Sequence[str]) -> None:
    """Load, confine, say so, then serve until the worker goes away."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches the whole group; the worker ends us in order
    connection = socket.socket(fileno=int(arguments[0]))
    tools = _Tools(load_formats(Path(name) for name in arguments[1:]), LanguageReader(), CardPainter())
    preload()
    sys.setrecursionlimit(_RECURSION)
    silence = os.open(os.devnull, os.O_RDWR)
    notes = confine_server()
    gc.collect()
    gc.freeze()
    send_frame(connection, {"ready": True, "notes": notes})
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            _serve(connection, tools, silence)


def _serve(connection: socket.socket, tools: _Tools, silence: int) -> None:
    message, descriptors = receive_frame(connection, most_descriptors=2)
    job = Job.from_message(message)
    server_pid = os.getpid()
    child = os.fork()
    if child == 0:
        _be_child(job, descriptors, tools, silence, server_pid)
    for descriptor in descriptors:
        os.close(descriptor)
    send_frame(connection, _wait(child, job.limits.wall_seconds, connection))


def _be_child(job: Job, descriptors: list[int], tools: _Tools, silence: int, server_pid: int) -> NoReturn:
    """Answer one job and end; nothing below may return into the server's loop."""
    code = 1
    try:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # nobody listens any more: end
        _arrange_descriptors(descriptors, silence)
        send = _sender()
        for note in confine_child(job.limits, server_pid):
            send({"note": note})
        size_bytes = os.fstat(_DOCUMENT).st_size
        with open(_DOCUMENT, "rb", closefd=False) as file:
            if job.draw is None:
                formats = [each for each in tools.formats if job.format_name in {None, each.name}]
                read_document(file, size_bytes, job.file_name, job.limits, formats, tools.languages, send)
            else:
                render_pages(file, size_bytes, job.draw, job.limits, tools.painter, send)
        code = 0
    finally:
        os._exit(code)


def _arrange_descriptors(descriptors: list[int], silence: int) -> None:
    document, answer = (os.dup(descriptor) for descriptor in descriptors)
    document, answer = (_above(descriptor) for descriptor in (document, answer))
    for standard in (0, 1, 2):
        os.dup2(silence, standard)
    os.dup2(document, _DOCUMENT)
    os.dup2(answer, _ANSWER)
    os.closerange(_ANSWER + 1, 1024)


def _above(descriptor: int) -> int:
    """The same file under a number that `_arrange_descriptors` does not write over."""
    while descriptor <= _ANSWER:
        descriptor = os.dup(descriptor)
    return descriptor


def _sender() -> Callable[[Message], None]:
    def send(message: Message) -> None:
        line = memoryview(to_line(message))
        while line:
            line = line[os.write(_ANSWER, line) :]

    return send


def _wait(child: int, wall_seconds: float, connection: socket.socket) -> Message:
    """Wait for the child, end it after `wall_seconds` or when the worker goes away, and tell how it ended."""
    deadline = time.monotonic() + wall_seconds
    timed_out = False
    while True:
        ended, status, usage = os.wait4(child, os.WNOHANG)
        if ended:
            break
        left = deadline - time.monotonic()
        if left <= 0 or _is_gone(connection):
            timed_out = True
            os.kill(child, signal.SIGKILL)
            _, status, usage = os.wait4(child, 0)
            break
        _sleep_until_ended(child, min(left, 1.0))
    return {
        "exit": os.waitstatus_to_exitcode(status),
        "timed_out": timed_out,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "memory_bytes": usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
    }


def _is_gone(connection: socket.socket) -> bool:
    readable, _, _ = select.select([connection], [], [], 0)
    return bool(readable) and not connection.recv(1, socket.MSG_PEEK)


def _sleep_until_ended(child: int, seconds: float) -> None:
    try:
        watched = os.pidfd_open(child)
    except (AttributeError, OSError):
        time.sleep(_POLL_SECONDS)
        return
    try:
        select.select([watched], [], [], seconds)
    finally:
        os.close(watched)


if __name__ == "__main__":
    main(sys.argv[1:])
