"""Files a second: readers alone, readers in the sandbox, and the whole way from upload to found."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from content_map import migrations
from content_map.config import Settings
from content_map.domain.conversations import Conversation
from content_map.domain.people import Actor, Role
from content_map.errors import ContentMapError
from content_map.extraction import Sandbox, extract
from content_map.models import Job, Version
from content_map.services import adding, users, vocabulary
from content_map.wiring import Resources, open_resources

LIMIT_BYTES = 10**9
PUBLISHED = {"conversation": Conversation.RELEVANT_MEETING, "status": "published"}
READ = ("extract",)
FOUND = (*READ, "index")
# In a process of its own: readers lower its limits for good, and it is warm before the clock starts.
BARE = """
import sys, time
from pathlib import Path
from content_map.extraction import reading
from content_map.extraction.formats import load_formats
from content_map.extraction.limits import Limits
from content_map.extraction.preloading import preload
from content_map.extraction.words import LanguageReader
reading.limit_processor = lambda seconds: None
formats, languages, limits = load_formats(), LanguageReader(), Limits()
preload()
def read(path):
    with open(path, "rb") as file:
        reading.read_document(file, path.stat().st_size, path.name, limits, formats, languages, lambda message: None)
paths = [Path(line) for line in sys.stdin.read().splitlines()]
read(paths[0])
began, computed = time.perf_counter(), time.process_time()
for path in paths:
    read(path)
print(time.perf_counter() - began, time.process_time() - computed)
"""


@dataclass(frozen=True, slots=True)
class Journey:
    """Seconds until the last file was stored, read and found, and computing until then.

    The workers begin when all files are stored: so what each part takes can be told apart, and adds up.
    """

    workers: int
    files: int
    stored: float
    read: float
    found: float
    computing: float


def compare(files: Sequence[Path], workers: Sequence[int], place: Path) -> None:
    """Print files a second for each way of reading them."""
    bare, guarded = _bare(files), _guarded(files)
    size = sum(path.stat().st_size for path in files) / 1e6
    print(f"Throughput: {len(files)} files, {size:.1f} MB, {os.cpu_count()} processors")
    print(f"{'':34}{'seconds':>9}{'files/s':>9}{'of bare':>9}{'of sandboxed':>14}")

    def row(name: str, seconds: float, count: int, place: int) -> None:
        rate, shares = (
            count / seconds,
            [base[place] / len(files) * count / seconds for base in (bare, guarded)],
        )
        print(f"{name:34}{seconds:>9.2f}{rate:>9.1f}{shares[0]:>9.0%}{shares[1]:>14.0%}", flush=True)

    for name, found in (("readers alone, one process", bare), ("readers in the sandbox", guarded)):
        row(name, found[0], len(files), 0)
        row("  computing", found[1], len(files), 1)
    for count in workers:
        journey = _journey(files, count, place / f"data-{count}")
        said = f"{count} worker{'s' if count > 1 else ''}: upload until "
        row(f"{said}stored", journey.stored, journey.files, 0)
        row(f"{said}read", journey.read, journey.files, 0)
        row(f"{said}found", journey.found, journey.files, 0)
        row("  computing until then", journey.computing, journey.files, 1)
    print()


def _bare(files: Sequence[Path]) -> tuple[float, float]:
    paths = "\n".join(map(str, files))
    done = subprocess.run(
        [sys.executable, "-c", BARE], input=paths, text=True, capture_output=True, check=True
    )
    wall, computing = map(float, done.stdout.split())
    return wall, computing


def _guarded(files: Sequence[Path]) -> tuple[float, float]:
    with Sandbox() as sandbox:
        extract(files[0], files[0].name, sandbox=sandbox)
        began, computed = time.perf_counter(), _computed_by(os.getpid())
        for path in files:
            extract(path, path.name, sandbox=sandbox)
        return time.perf_counter() - began, _computed_by(os.getpid()) - computed


def _journey(files: Sequence[Path], workers: int, data: Path) -> Journey:
    environ = {"CONTENT_MAP_DATA_DIR": str(data), "CONTENT_MAP_LOG_LEVEL": "ERROR"}
    resources = open_resources(Settings.from_environ(environ))
    marketer = _prepare(resources)
    _upload(resources, [files[0]], marketer)  # warms every worker's parts before the clock starts
    began, computed = time.perf_counter(), time.process_time()
    stored = _upload(resources, files[1:], marketer)
    moments, computing = [time.perf_counter() - began], time.process_time() - computed
    with ExitStack() as running:
        processes = [running.enter_context(_worker(environ)) for _ in range(workers)]
        _wait_until_begun(resources)
        began, computed = time.perf_counter(), _computed(processes)
        for kinds in (READ, FOUND):
            _wait(resources, kinds)
            moments.append(moments[0] + time.perf_counter() - began)
        computing += _computed(processes) - computed
    resources.index.close()
    resources.sessions.engine.dispose()
    return Journey(workers, stored, *moments, computing)


def _computed(workers: Sequence[int]) -> float:
    """Computing of this process, and of each worker with all that it started."""
    return time.process_time() + sum(map(_computed_by, workers))


def _computed_by(process: int) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    # Its own and that of children it has waited for: fields 14 to 17 of proc(5).
    own = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return own + sum(_computed_by(int(child)) for child in children)


def _prepare(resources: Resources) -> Actor:
    migrations.upgrade(resources.sessions.engine)
    resources.index.rebuild([])
    with resources.sessions.write() as session:
        vocabulary.install_first(session)
        return users.add(
            session, "mia@example.com", role=Role.MARKETER, actor=None, now=datetime.now(UTC)
        ).as_actor()


def _upload(resources: Resources, files: Sequence[Path], marketer: Actor) -> int:
    stored = 0
    for path in files:
        now = datetime.now(UTC)
        with path.open("rb") as file:
            given = (path.name, file, PUBLISHED)
            try:
                adding.add(
                    resources.sessions,
                    resources.store,
                    *given,
                    limit_bytes=LIMIT_BYTES,
                    actor=marketer,
                    now=now,
                )
            except ContentMapError as refused:
                print(f"refused: {path.name}: {refused.detail}")
            else:
                stored += 1
    return stored


@contextmanager
def _worker(environ: Mapping[str, str]) -> Iterator[int]:
    command = [str(Path(sys.executable).with_name("content-map")), "worker"]
    process = subprocess.Popen(command, env={**os.environ, **environ})
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _wait_until_begun(resources: Resources) -> None:
    first = select(func.count()).select_from(Version).where(Version.state != "processing")
    while True:
        with resources.sessions.read() as session:
            if session.scalar(first):
                return
        time.sleep(0.02)


def _wait(resources: Resources, kinds: Sequence[str]) -> None:
    """Wait until no job of these kinds, or none at all, waits or runs."""
    left = select(func.count()).select_from(Job).where(Job.state != "dead")
    if kinds:
        left = left.where(Job.kind.in_(kinds))
    while True:
        with resources.sessions.read() as session:
            if not session.scalar(left):
                return
        time.sleep(0.05)
