"""The worker's side of the sandbox: it starts the server, hands over open files and collects the answers."""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

from content_map.extraction.job import Job
from content_map.extraction.problem import Code
from content_map.extraction.wire import Message, from_line, receive_frame, send_frame

log = logging.getLogger(__name__)

_START_SECONDS = 60.0
_GRACE_SECONDS = 5.0
_CHUNK_BYTES = 256 * 1024
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "DYLD_LIBRARY_PATH", "LD_LIBRARY_PATH")
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a child sent before it ended; `fault` is None when it ended by itself and in order.

    `memory_bytes` is the most it held at once and `cpu_seconds` what it computed, 0 where nobody was there to tell.
    """

    messages: tuple[Message, ...]
    fault: Code | None
    memory_bytes: int = 0
    cpu_seconds: float = 0.0


class Sandbox:
    """Reads documents in guarded processes, one document at a time.

    It may be used from any thread. It starts at its first use, starts again when its server died, and must
    be closed; a worker keeps one for its whole life.
    """

    def __init__(self, extra_formats: Sequence[Path] = ()) -> None:
        self._extra_formats = tuple(extra_formats)
        self._lock = threading.Lock()
        self._server: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None
        self._owner = 0
        self.notes: tuple[str, ...] = ()
        """What the host did not let the server give up; known after the first use."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def ask(self, job: Job, document: int) -> Answer:
        """Run one job over the open file `document`; never raises for what the document does.

        Raises OSError when the server cannot be started at all.
        """
        with self._lock:
            for attempt in (1, 2):
                connection = self._ready()
                try:
                    return self._run(connection, job, document)
                except (OSError, EOFError) as gone:
                    log.warning(
                        "extraction.sandbox_lost", extra={"attempt": attempt, "error": type(gone).__name__}
                    )
                    self._stop()
            return Answer((), Code.CRASH)

    def close(self) -> None:
        """End the server; the next use starts a new one."""
        with self._lock:
            self._stop()

    def _run(self, connection: socket.socket, job: Job, document: int) -> Answer:
        receiver, sender = os.pipe()
        try:
            try:
                send_frame(connection, job.to_message(), (document, sender))
            finally:
                os.close(sender)
            return self._collect(connection, receiver, job)
        finally:
            os.close(receiver)

    def _collect(self, connection: socket.socket, receiver: int, job: Job) -> Answer:
        deadline = time.monotonic() + job.limits.wall_seconds + _GRACE_SECONDS
        output, fault = _gather(receiver, deadline, job.limits.output_bytes)
        messages = _messages(output)
        if fault is not None:
            self._stop()  # takes the child along
            return Answer(messages, fault)
        try:
            connection.settimeout(_GRACE_SECONDS + max(deadline - time.monotonic(), 0))
            ending, _ = receive_frame(connection)
        except (OSError, EOFError, ValueError):
            self._stop()
            return Answer(messages, Code.CRASH)
        memory, cpu = ending.get("memory_bytes"), ending.get("cpu_seconds")
        return Answer(
            messages,
            _fault_of(ending, job),
            memory if isinstance(memory, int) else 0,
            cpu if isinstance(cpu, float) else 0.0,
        )

    def _ready(self) -> socket.socket:
        if self._owner != os.getpid():  # forked: the server belongs to the process we came from
            self._server, self._connection = None, None
        if self._connection is None or self._server is None or self._server.poll() is not None:
            self._stop()
            self._connection = self._start()
        return self._connection

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            self._server = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-P", "-m", "content_map.extraction.server", str(theirs.fileno())]
                + [str(file) for file in self._extra_formats],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=_environment(),
            )
        self._owner = os.getpid()
        try:
            ours.settimeout(_START_SECONDS)
            greeting, _ = receive_frame(ours)
        except (OSError, EOFError, ValueError) as failed:
            ours.close()
            self._stop()
            raise OSError("the sandbox for reading documents did not start") from failed
        notes = greeting.get("notes")
        self.notes = tuple(str(note) for note in notes) if isinstance(notes, list) else ()
        for note in self.notes:
            log.info("extraction.sandbox_note", extra={"note": note})
        atexit.register(self.close)
        return ours

    def _stop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        server, self._server = self._server, None
        if server is not None and self._owner == os.getpid():
            # It ends its child and itself when the connection closes; killed, the kernel does the first.
            try:
                server.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


@cache
def default_sandbox() -> Sandbox:
    """The sandbox of callers that do not keep one; it ends with the process."""
    return Sandbox()


def _environment() -> dict[str, str]:
    """Nothing of ours but what starting Python takes: the settings hold secrets."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    # Threads of a linear algebra library would make forking unsafe.
    single = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    path = os.pathsep.join([str(_ROOT), *(entry for entry in sys.path if entry)])
    return {**kept, **single, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}


def _gather(receiver: int, deadline: float, most_bytes: int) -> tuple[bytes, Code | None]:
    output = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(receiver, selectors.EVENT_READ)
        while True:
            if not selector.select(max(deadline - time.monotonic(), 0)):
                return bytes(output), Code.TIMEOUT
            chunk = os.read(receiver, _CHUNK_BYTES)
            if not chunk:
                return bytes(output), None
            output += chunk
            if len(output) > most_bytes:
                return bytes(output[:most_bytes]), Code.OUTPUT


def _messages(output: bytes) -> tuple[Message, ...]:
    """Whole lines only: the last one of a child that was killed may be cut short."""
    messages: list[Message] = []
    for line in output.split(b"\n")[:-1]:
        with contextlib.suppress(ValueError, RecursionError):
            messages.append(from_line(line))
    return tuple(messages)


def _fault_of(ending: Message, job: Job) -> Code | None:
    code, cpu, memory = (ending.get(key) for key in ("exit", "cpu_seconds", "memory_bytes"))
    if ending.get("timed_out"):
        return Code.TIMEOUT
    if code == 0:
        return None
    if code == -signal.SIGXCPU or (isinstance(cpu, float) and cpu >= job.limits.cpu_seconds):
        return Code.CPU
    # What a library does when it gets no memory differs (abort, trap, fault), its size at the end does not.
    if isinstance(memory, int) and memory > job.limits.memory_bytes // 2:
        return Code.MEMORY
    return Code.CRASH
