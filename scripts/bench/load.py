"""Fifty reps at once against `scripts/serve`: each asks, reads nothing, and asks again, for a minute.

The asking runs in a process of its own on the same machine, so it takes its share of the processors.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filled import fill
from library import SITUATIONS

ROOT = Path(__file__).resolve().parents[2]
HEALTHY_SECONDS = 120


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assets", type=int, default=10_000)
    parser.add_argument("--reps", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=0, help="seconds a rep waits between two searches")
    parser.add_argument("--port", type=int, default=8799)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        filled = fill(Path(folder), asked.assets, reps=asked.reps)
        filled.resources.index.close()
        filled.resources.sessions.engine.dispose()
        with served(Path(folder), asked.port):
            reps = [_Rep(asked.port, token, number) for number, token in enumerate(filled.tokens)]
            run(reps, asked.seconds, asked.pause)
    times = sorted(each for rep in reps for each in rep.milliseconds)
    statuses = Counter(each for rep in reps for each in rep.statuses)
    print(f"{asked.assets:,} assets, {asked.reps} reps, {asked.seconds:.0f} s, pause {asked.pause:g} s")
    print(f"searches {len(times):,}, {len(times) / asked.seconds:.1f} a second")
    cuts = statistics.quantiles(times, n=100)
    print(f"ms: p50 {cuts[49]:.0f}, p95 {cuts[94]:.0f}, p99 {cuts[98]:.0f}, longest {times[-1]:.0f}")
    print(f"answers by status: {dict(statuses)}")
    return 0 if set(statuses) == {200} else 1


class _Rep(threading.Thread):
    """One rep with a connection kept open."""

    def __init__(self, port: int, token: str, number: int) -> None:
        super().__init__(daemon=True)
        self.until, self.pause = 0.0, 0.0
        self.milliseconds: list[float] = []
        self.statuses: list[int | str] = []
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._next = number

    def run(self) -> None:
        time.sleep(self.pause * (self._next % 50) / 50)  # reps do not all begin in one moment
        while time.monotonic() < self.until:
            began = time.perf_counter()
            self.statuses.append(self._ask(SITUATIONS[self._next % len(SITUATIONS)]))
            self.milliseconds.append((time.perf_counter() - began) * 1000)
            self._next += 1
            time.sleep(self.pause)

    def _ask(self, text: str) -> int | str:
        try:
            self._connection.request("POST", "/api/v1/search", json.dumps({"situation": text}), self._headers)
            answer = self._connection.getresponse()
            answer.read()
        except OSError as error:
            self._connection.close()
            return type(error).__name__
        return answer.status


def run(reps: list[_Rep], seconds: float, pause: float) -> None:
    for each in reps:
        each.until, each.pause = time.monotonic() + seconds, pause
    for each in reps:
        each.start()
    for each in reps:
        each.join()


@contextmanager
def served(data: Path, port: int) -> Iterator[None]:
    """Run `scripts/serve` until it is well."""
    command = [str(ROOT / "scripts" / "serve"), "--data", str(data), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + HEALTHY_SECONDS
        while not is_well(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("scripts/serve did not become well.")
            time.sleep(0.5)
        yield
    finally:
        process.terminate()
        process.wait()


def is_well(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/api/v1/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
