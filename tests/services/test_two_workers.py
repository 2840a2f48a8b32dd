"""Several workers share the work: each document is read, and each page drawn, by one of them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from content_map import migrations
from content_map.config import Settings
from content_map.domain.people import Role
from content_map.models import Job, Version
from content_map.services import adding, users, vocabulary
from content_map.wiring import Resources, open_resources
from tests.support.databases import own_settings

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
DOCUMENTS = 20
PATIENCE_SECONDS = 60


def test_two_workers_read_each_of_twenty_documents_once(tmp_path: Path) -> None:
    with own_settings() as given:
        environ = {f"CONTENT_MAP_{name.upper()}": value for name, value in given.items()}
        environ |= {"CONTENT_MAP_DATA_DIR": str(tmp_path / "data"), "CONTENT_MAP_LOG_LEVEL": "DEBUG"}
        resources = open_resources(Settings.from_environ(environ))
        _fill(resources)
        logs = [tmp_path / f"worker-{number}" for number in (1, 2)]

        with ExitStack() as running:
            for log in logs:
                running.enter_context(_worker(environ, log))
            _wait_until_idle(resources)

        with resources.sessions.read() as session:
            states = Counter(session.scalars(select(Version.state)))
        resources.index.close()
        resources.sessions.engine.dispose()
    done = [event for log in logs for event in _events(log, "job.done")]
    read = Counter(event["job"] for event in done if event["kind"] == "extract")
    assert states == {"ready": DOCUMENTS}
    assert (len(read), set(read.values())) == (DOCUMENTS, {1})
    assert not [event for log in logs for event in _events(log, "job.lease_lost")]


def _fill(resources: Resources) -> None:
    migrations.upgrade(resources.sessions.engine)
    resources.index.rebuild([])
    with resources.sessions.write() as session:
        vocabulary.install_first(session)
        marketer = users.add(session, "mia@example.com", role=Role.MARKETER, actor=None, now=NOW).as_actor()
    for number in range(DOCUMENTS):
        text = f"# Plan {number}\n\nWhat a late delivery costs customer number {number}.\n".encode()
        file = (f"plan-{number}.md", io.BytesIO(text), {})
        adding.add(resources.sessions, resources.store, *file, limit_bytes=10_000, actor=marketer, now=NOW)


@contextmanager
def _worker(environ: dict[str, str], log: Path) -> Iterator[None]:
    command = [str(Path(sys.executable).with_name("content-map")), "worker"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, env={**os.environ, **environ}, stdout=output, stderr=output)
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_until_idle(resources: Resources) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with resources.sessions.read() as session:
            if session.scalar(select(func.count()).select_from(Job).where(Job.state != "dead")) == 0:
                return
        time.sleep(0.05)


def _events(log: Path, name: str) -> list[dict[str, str]]:
    lines = [line for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    return [event for event in map(json.loads, lines) if event.get("event") == name]
