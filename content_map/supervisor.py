"""Keep the product's programs running together: start, restart after a crash, stop cleanly."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Protocol

POLL_SECONDS = 0.1
FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 10.0
STEADY_AFTER_SECONDS = 5.0  # who ran this long has recovered: the next crash waits for the first delay only
GRACE_SECONDS = 8.0
STARTS_BEFORE_GIVING_UP = 3
SET_PARENT_DEATH_SIGNAL = 1  # prctl(2)
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StartError(Exception):
    """Something cannot be brought up; the message is a sentence for the terminal."""


class Program(Protocol):
    """Something that runs beside us and may crash. `name` reads after "the"."""

    @property
    def name(self) -> str: ...

    def start(self) -> None:
        """Start it, for the first time or again. Raises StartError."""

    def is_running(self) -> bool:
        """Say whether it still runs."""

    def ask_to_stop(self) -> None:
        """Let it finish what it does; returns at once."""

    def end(self, *, within_seconds: float) -> None:
        """Wait for it, then end it and all it has started by force."""


class Process:
    """A program given by its command line, in a session of its own.

    Ctrl-C therefore reaches the supervisor alone, and what the program itself started can be ended with
    it. `orphan_signal` ends it when the supervisor is killed outright (on Linux).
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environ: Mapping[str, str],
        folder: Path,
        orphan_signal: signal.Signals = signal.SIGKILL,
    ) -> None:
        self.name = name
        self._command = command
        self._environ = environ
        self._folder = folder
        self._orphan_signal = orphan_signal
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        parent = os.getpid()
        self._process = subprocess.Popen(  # noqa: S603 - our own programs
            self._command,
            stdin=subprocess.DEVNULL,
            env=dict(self._environ),
            cwd=self._folder,
            start_new_session=True,
            preexec_fn=lambda: _end_with_parent(parent, self._orphan_signal),
        )

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def ask_to_stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def end(self, *, within_seconds: float) -> None:
        if self._process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(within_seconds)
        # A crashed web server leaves its workers behind, and they hold the port.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None


class Supervisor:
    """Starts programs and watches them; leaving its `with` block stops them all, the last one first."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._groups: list[list[_Watched]] = []
        self._handlers_before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Supervisor:
        for each in STOP_SIGNALS:
            if each is signal.SIGHUP and signal.getsignal(each) is signal.SIG_IGN:
                continue  # started under nohup: it shall outlive its terminal
            self._handlers_before[each] = signal.signal(each, _interrupt)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in self._handlers_before:
            signal.signal(each, self._end_now)  # a second Ctrl-C does not wait
        for group in reversed(self._groups):
            for watched in group:
                watched.program.ask_to_stop()
            for watched in group:
                watched.program.end(within_seconds=GRACE_SECONDS)
        for each, handler in self._handlers_before.items():
            signal.signal(each, handler)

    def start(self, *programs: Program) -> None:
        """Start programs and keep them running from now on; those of one call stop together. Raises StartError."""
        group: list[_Watched] = []
        self._groups.append(group)
        for program in programs:
            watched = _Watched(program)
            group.append(watched)
            watched.start()

    def wait_until(self, is_ready: Callable[[], bool], *, seconds: float) -> bool:
        """Watch until `is_ready` says so; False when the time is up.

        Raises StartError when a program keeps ending before that.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if is_ready():
                return True
            self._look_after_all()
            for watched in self._watched:
                if watched.crashes >= STARTS_BEFORE_GIVING_UP:
                    raise StartError(
                        f"The {watched.program.name} stopped {watched.crashes} times while starting; "
                        "its own last words are above."
                    )
            time.sleep(POLL_SECONDS)
        return False

    def watch(self) -> None:
        """Restart what crashes, until KeyboardInterrupt, which SIGTERM raises too."""
        while True:
            self._look_after_all()
            time.sleep(POLL_SECONDS)

    def _look_after_all(self) -> None:
        for watched in self._watched:
            if watched.has_crashed():
                delay = watched.bury()
                self._say(f"The {watched.program.name} stopped unexpectedly; it starts again in {delay:g} s.")
            elif watched.is_due():
                with contextlib.suppress(StartError):  # counts as a crash: the next turn buries it
                    watched.start()

    @property
    def _watched(self) -> list[_Watched]:
        return [watched for group in self._groups for watched in group]

    def _end_now(self, _number: int, _frame: FrameType | None) -> None:
        for watched in reversed(self._watched):
            watched.program.end(within_seconds=0.0)


class _Watched:
    """A program and its record of crashes."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.crashes = 0
        self._started = 0.0
        self._due: float | None = None

    def start(self) -> None:
        self._started = time.monotonic()
        self._due = None
        self.program.start()

    def has_crashed(self) -> bool:
        return self._due is None and not self.program.is_running()

    def is_due(self) -> bool:
        return self._due is not None and time.monotonic() >= self._due

    def bury(self) -> float:
        """Clear away what is left of a crashed program; the seconds until its next start."""
        self.program.end(within_seconds=0.0)
        if time.monotonic() - self._started > STEADY_AFTER_SECONDS:
            self.crashes = 0
        delay = min(FIRST_DELAY_SECONDS * 2.0**self.crashes, LONGEST_DELAY_SECONDS)
        self.crashes += 1
        self._due = time.monotonic() + delay
        return delay


@contextlib.contextmanager
def sole_use(folder: Path) -> Iterator[None]:
    """Hold the folder for this process alone. Raises StartError when another holds it."""
    with (folder / "serve.lock").open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise StartError(
                f"Content Map is already running on {folder} (process {lock.read().strip() or 'unknown'}). "
                "Stop it first, or name another folder with --data."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _end_with_parent(parent: int, number: signal.Signals) -> None:
    """Let the kernel end the new process when its parent is killed outright; Linux alone can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, number)
        if os.getppid() != parent:
            os._exit(1)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
