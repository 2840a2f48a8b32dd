"""Health names what does not answer, starting again is quick, and stopping leaves nobody behind."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from content_map.services.jobs import WORKER_SILENCE
from tests.support.client import client_of
from tests.support.databases import own_settings
from tests.support.server import Server, is_running
from tests.support.waiting import comes_true, seconds_until

pytestmark = pytest.mark.journey

WELL = {"status": "ok"}
# The promise is 3 s; a machine that runs several suites at once is slower.
SECOND_START_SECONDS = 20
STOP_SECONDS = 15


@pytest.fixture
def settings() -> Iterator[dict[str, str]]:
    with own_settings() as settings:
        yield settings


def failing(server: Server) -> list[str] | None:
    """The parts that health names; None while all is well."""
    said = server.health()
    return said.get("failing") if isinstance(said, dict) else ["web server"]


def test_health_names_the_part_that_is_away_and_is_well_when_it_is_back(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    with Server(tmp_path / "data", **settings) as server:
        store, away = server.data / "store", server.data / "elsewhere"
        with server.unattended():
            server.kill_part("worker")
            store.rename(away)
            without_store = failing(server)
            away.rename(store)
            with_store = failing(server)
            silence = seconds_until(
                lambda: failing(server) == ["worker"], seconds=WORKER_SILENCE.total_seconds() + 20
            )
        recovery = seconds_until(lambda: server.health() == WELL)

    print(f"\nworker missed after {silence:.1f} s, well again after {recovery:.1f} s")
    assert without_store == ["store"]
    assert with_store is None
    assert silence is not None
    assert recovery is not None


def test_second_start_is_quick_and_ctrl_c_ends_every_process(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    server = Server(tmp_path / "data", **settings)
    began = time.monotonic()
    server.start()
    first = time.monotonic() - began
    client = client_of(server, settings, "marketer")
    asset = client.upload("note.md", b"# Valves\n\nA valve that sticks.").expect(201)
    assert comes_true(lambda: client.get(f"/assets/{asset['id']}").json["state"] == "ready")
    family = server.family()
    began = time.monotonic()

    code = server.stop(signal.SIGINT)

    stopped = time.monotonic() - began
    left = [each for each in family if is_running(each)]
    began = time.monotonic()
    server.start()
    second = time.monotonic() - began
    health = server.health()
    server.stop()
    print(
        f"\nfirst start {first:.1f} s, stop of {len(family)} processes {stopped:.1f} s, second {second:.1f} s"
    )
    assert code == 0
    assert left == []
    assert health == WELL
    assert stopped < STOP_SECONDS
    assert second < SECOND_START_SECONDS
