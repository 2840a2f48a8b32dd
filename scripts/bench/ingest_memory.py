"""Memory while content comes in: the processes' resident size, looked at each second."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ingest_files import make_small_files

ROOT = Path(__file__).resolve().parents[2]
MIB = 1024 * 1024
COLUMNS = 12


class Watch:
    """The resident sizes of named processes and all they started, once a second while its block runs."""

    def __init__(self, roots: Callable[[], Mapping[str, int]]) -> None:
        self._roots = roots
        self.curve: list[dict[str, int]] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while True:
            self.curve.append({name: _resident_mib(root) for name, root in self._roots().items()})
            if self._done.wait(1.0):
                return

    def print(self) -> None:
        """A row for each process: MiB at a dozen moments, and the most at any."""
        step = max(len(self.curve) // COLUMNS, 1)
        shown = list(range(0, len(self.curve), step))
        print(f"{'second':14}" + "".join(f"{second:>6}" for second in shown) + f"{'most':>7}")
        for name in self.curve[0]:
            sizes = [moment.get(name, 0) for moment in self.curve]
            print(f"{name:14}" + "".join(f"{sizes[n]:>6}" for n in shown) + f"{max(sizes):>7}")
        print()


def one_large_file(size_bytes: int, place: Path) -> None:
    """Send one file of so many bytes over HTTP to a server of its own, and watch web and worker until it is read."""
    data, port = place / "large", _free_port()
    command = [sys.executable, "-m", "content_map.serve", "--port", str(port), "--data", str(data)]
    with _running(command, data) as server, Watch(lambda: _parts(server)) as watch:
        token = _token(data)
        began = time.perf_counter()
        status, body = _send(port, token, size_bytes)
        sent = time.perf_counter() - began
        asset = (
            body.partition('"id":"')[2].partition('"')[0] or body.partition('"id": "')[2].partition('"')[0]
        )
        while status == 201 and '"state":"processing"' in _get(port, token, asset).replace(" ", ""):
            time.sleep(0.2)
        done = time.perf_counter() - began
        time.sleep(2)
    print(
        f"One file of {size_bytes / MIB:,.0f} MiB by HTTP: {status}, "
        f"stored after {sent:.1f} s, ready after {done:.1f} s"
    )
    watch.print()


def many_small_files(count: int, place: Path) -> None:
    """Add so many small files by the command, with a worker beside it."""
    data, folder = place / "many", make_small_files(place / "small", count)
    environ = {**os.environ, "CONTENT_MAP_LOG_LEVEL": "ERROR"}
    tool = str(Path(sys.executable).with_name("content-map"))
    subprocess.run([tool, "db", "upgrade", "--data", str(data)], env=environ, check=True, capture_output=True)
    _token(data)
    worker = subprocess.Popen([tool, "worker", "--data", str(data)], env=environ)
    began = time.perf_counter()
    adding = subprocess.Popen(
        [tool, "asset", "add", str(folder), "--data", str(data)], env=environ, stdout=subprocess.DEVNULL
    )
    try:
        with Watch(lambda: {"asset add": adding.pid, "worker": worker.pid}) as watch:
            code = adding.wait()
    finally:
        worker.terminate()
        worker.wait()
    seconds = time.perf_counter() - began
    print(
        f"{count:,} small files by `asset add`: exit {code}, {seconds:.0f} s, {count / seconds:.0f} files/s"
    )
    watch.print()


class _running:  # noqa: N801 - used as a function
    """A server with its output in a file; ended with all it started."""

    def __init__(self, command: list[str], data: Path) -> None:
        self._command, self._log = command, data.with_suffix(".log")

    def __enter__(self) -> int:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(self._command, cwd=ROOT, stdout=log, stderr=log)
        while b"is running at" not in self._log.read_bytes():
            if self._process.poll() is not None:
                raise SystemExit(self._log.read_text())
            time.sleep(0.1)
        return self._process.pid

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


def _parts(server: int) -> dict[str, int]:
    found = {}
    for child in _children(server):
        command = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        found["web" if "granian" in command else "worker"] = child
    return found


def _resident_mib(process: int) -> int:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") // MIB + sum(map(_resident_mib, _children(process)))
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _children(process: int) -> Iterator[int]:
    try:
        for task in Path(f"/proc/{process}/task").iterdir():
            yield from map(int, (task / "children").read_text().split())
    except (FileNotFoundError, ProcessLookupError):
        return


def _token(data: Path) -> str:
    tool = str(Path(sys.executable).with_name("content-map"))
    given = ["user", "add", "mia@example.com", "--role", "admin", "--print-token", "--data", str(data)]
    made = subprocess.run([tool, *given], check=True, capture_output=True, text=True)
    return made.stdout.split()[-1]


def _send(port: int, token: str, size_bytes: int) -> tuple[int, str]:
    boundary = "bench"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    tail = f"\r\n--{boundary}--\r\n".encode()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.putrequest("POST", "/api/v1/assets")
    connection.putheader("Authorization", f"Bearer {token}")
    connection.putheader("Content-Type", f"multipart/form-data; boundary={boundary}")
    connection.putheader("Content-Length", str(len(head) + size_bytes + len(tail)))
    connection.endheaders()
    connection.send(head)
    for number in range(0, size_bytes, MIB):
        connection.send(number.to_bytes(8, "big") + bytes(min(MIB, size_bytes - number) - 8))
    connection.send(tail)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def _get(port: int, token: str, asset: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", f"/api/v1/assets/{asset}", headers={"Authorization": f"Bearer {token}"})
    return connection.getresponse().read().decode()


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
