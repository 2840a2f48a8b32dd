"""The whole product as a user starts it: supervisor, web server, worker, on a free port."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parent.parent.parent
READY_SECONDS = 180
STOP_SECONDS = 40
RUNNING = "Content Map is running at"
FIRST_LINK = re.compile(r"Create the first admin with this link, which works once: (\S+)")


class ServerError(Exception):
    """The server did not do what every test needs of it."""


class Server:
    """`content_map.serve` on a data directory; stop it, kill its parts, start it again on the same data."""

    def __init__(self, data: Path, *arguments: str, **settings: str) -> None:
        """Take the options of scripts/serve as `arguments` and settings without their prefix by name."""
        self.data = data
        self.port = free_port()
        self._arguments = arguments
        self._settings = {f"CONTENT_MAP_{name.upper()}": value for name, value in settings.items()}
        self._process: subprocess.Popen[bytes] | None = None
        self._names: frozenset[str] = frozenset()
        self._log = data.with_name(f"{data.name}.log")

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        """Everything the server and its parts have printed since the first start."""
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""

    @property
    def first_link(self) -> str | None:
        """The latest link that creates the first admin."""
        found = FIRST_LINK.findall(self.output)
        return found[-1] if found else None

    def start(self) -> None:
        """Start and wait until it says that it runs, which it does once its health page is well."""
        already_said = self.output.count(RUNNING)
        command = [
            sys.executable,
            "-m",
            "content_map.serve",
            "--port",
            str(self.port),
            "--data",
            str(self.data),
        ]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *self._arguments],
                cwd=ROOT,
                env=_clean(os.environ) | self._settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            self._wait_until(lambda: self.output.count(RUNNING) > already_said)
            self._names = frozenset(self.parts())
        except BaseException:
            self.kill()
            raise

    def stop(self, number: signal.Signals = signal.SIGINT) -> int | None:
        """Stop it, as Ctrl-C does if nothing else is said; the exit code, or None when it was not running."""
        if self._process is None:
            return None
        self._process.send_signal(number)
        try:
            return self._process.wait(STOP_SECONDS)
        finally:
            self.kill()

    def kill(self) -> None:
        """Kill the supervisor outright and wait until its parts have gone too."""
        if self._process is None:
            return
        parts = [process_id for ids in self.parts().values() for process_id in ids]
        self._process.kill()
        self._process.wait()
        self._process = None
        for process_id in parts:
            _await_end(process_id)

    def kill_part(self, name: str) -> None:
        """Kill the `web server`, `worker` or `store` outright; the supervisor starts it again."""
        for process_id in self.parts()[name]:
            os.kill(process_id, signal.SIGKILL)
            _await_end(process_id)

    @contextmanager
    def unattended(self) -> Iterator[None]:
        """Stop the supervisor as a debugger does: what is killed inside the block stays dead until its end."""
        if self._process is None:
            raise ServerError("the server does not run")
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def family(self) -> list[int]:
        """The supervisor and every process that stands below it, however deep."""
        found = [self._process.pid] if self._process is not None else []
        for process_id in found:  # grows while it is walked
            found.extend(process_children(process_id))
        return found

    def parts(self) -> dict[str, list[int]]:
        """The supervisor's own child processes by part."""
        found: dict[str, list[int]] = {}
        if self._process is not None:
            for process_id, command in _children(self._process.pid):
                found.setdefault(_part(command), []).append(process_id)
        return found

    def wait_until_well(self) -> None:
        """Wait until every part is there and the health page says ok. Raises ServerError with its words."""
        self._wait_until(lambda: self._names == set(self.parts()) and self.health() == {"status": "ok"})

    def health(self) -> object:
        """What the health page says, or the error that kept it from being read."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/api/v1/health")
            return json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            return repr(error)
        finally:
            connection.close()

    def _wait_until(self, claim: Callable[[], bool]) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not claim():
            ended = self._process is None or self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                raise ServerError(f"the server is not well: {self.health()}\n{self.output[-4000:]}")
            time.sleep(0.05)


def free_port() -> int:
    """Find a port of the loopback address that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _clean(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if not name.startswith("CONTENT_MAP_")}


def process_children(parent: int) -> list[int]:
    """The processes that a process has started itself."""
    return [process_id for process_id, _ in _children(parent)]


def _children(parent: int) -> Iterable[tuple[int, str]]:
    listing = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    ).stdout
    for line in listing.splitlines():
        process_id, its_parent, command = line.split(None, 2)
        if int(its_parent) == parent and not command.startswith("ps "):
            yield int(process_id), command


def _part(command: str) -> str:
    if "granian" in command:
        return "web server"
    return "worker" if command.endswith(" worker") else "store"


def _await_end(process_id: int) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while is_running(process_id):
        if time.monotonic() > deadline:
            raise ServerError(f"process {process_id} does not end")
        time.sleep(0.02)


def is_running(process_id: int) -> bool:
    """Say whether a process is there and not merely waiting to be collected."""
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process_id)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return state != "" and not state.startswith("Z")
