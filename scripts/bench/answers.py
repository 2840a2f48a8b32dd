"""How long one whole search takes: GET /api/v1/search with its parsing, ranking, loading, passages and writing.

In one process, through the application as it is served, without the network: CPU and wall in milliseconds a request.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

from filled import environ_of, fill
from library import SITUATIONS

from content_map.app import create_app
from content_map.config import Settings

ROUNDS = 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assets", type=int, nargs="*", default=[10_000, 100_000], help="library sizes")
    asked = parser.parse_args()
    for count in asked.assets:
        with tempfile.TemporaryDirectory() as folder:
            measure(count, Path(folder))
    return 0


def measure(count: int, data: Path) -> None:
    began = time.perf_counter()
    # A hundred thousand are short assets: what a large library mostly holds, and what a bench can make in minutes.
    filled = fill(data, count, reps=1, short=count > 20_000)
    print(f"\n{count:,} assets, filled and indexed in {time.perf_counter() - began:.0f} s")
    app = create_app(Settings.from_environ(environ_of(data)), resources=filled.resources)
    client = app.test_client()
    headers = {"Authorization": f"Bearer {filled.tokens[0]}"}

    def ask(text: str, more: str = "") -> None:
        answer = client.get(f"/api/v1/search?situation={quote(text)}{more}", headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(answer.get_data(as_text=True))

    print(f"{'':34}{'cpu p50':>9}{'p95':>9}{'wall p50':>10}{'p95':>9}")
    row("first of its process", [timed(lambda: ask(SITUATIONS[0]))])
    row("words never asked before", [timed(lambda text=text: ask(text)) for text in SITUATIONS[1:]])
    row("asked again", [timed(lambda text=text: ask(text)) for text in SITUATIONS * ROUNDS])
    drafts = [timed(lambda text=text: ask(text, "&draft=true")) for text in SITUATIONS * ROUNDS]
    row("drafts while typing, not stored", drafts)
    print(f"memory of this process: {resident_mb()} MB, {mapped_mb()} MB of it mapped files")
    filled.resources.index.close()
    filled.resources.sessions.engine.dispose()


def timed(work: Callable[[], None]) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000


def row(name: str, times: Sequence[tuple[float, float]]) -> None:
    cpu, wall = zip(*times, strict=True)
    print(
        f"{name:34}{statistics.median(cpu):>9.1f}{p95(cpu):>9.1f}{statistics.median(wall):>10.1f}{p95(wall):>9.1f}"
    )


def p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def resident_mb() -> int:
    return _status("VmRSS:")


def mapped_mb() -> int:
    return _status("RssFile:")


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) >> 10


if __name__ == "__main__":
    sys.exit(main())
