"""scripts/serve as a user meets it: starts, restarts what crashes, refuses in sentences, stops."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server import ROOT, Server, free_port, is_running

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("serving") / "data") as server:
        yield server


def serve(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "content_map.serve", *arguments],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_first_start_prints_the_address_and_a_link_for_the_first_admin(server: Server) -> None:
    assert f"Content Map is running at {server.url}" in server.output
    assert server.first_link is not None
    assert server.first_link.startswith(f"{server.url}/")


def test_data_directory_and_secret_key_are_private(server: Server) -> None:
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700
    assert stat.S_IMODE((server.data / "secret-key").stat().st_mode) == 0o600


@pytest.mark.parametrize("part", ["web server", "worker"])
def test_killed_part_comes_back(server: Server, part: str) -> None:
    before = server.parts()[part]

    server.kill_part(part)
    server.wait_until_well()

    assert server.parts()[part] != before
    assert f"The {part} stopped unexpectedly" in server.output


def test_second_start_on_the_same_data_is_refused_in_a_sentence(server: Server) -> None:
    refused = serve("--port", str(free_port()), "--data", str(server.data))

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Content Map is already running on {server.data} (process ")
    assert refused.stderr.count("\n") == 1


def test_busy_port_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        refused = serve("--port", str(port), "--data", str(tmp_path / "data"))

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Port {port} on 127.0.0.1 is taken by another program")
    assert refused.stderr.count("\n") == 1


def test_public_address_without_a_secret_key_stops_the_start(tmp_path: Path) -> None:
    refused = serve(
        *("--port", str(free_port()), "--data", str(tmp_path / "data")),
        CONTENT_MAP_BASE_URL="https://content.example.com",
        CONTENT_MAP_SECRET_KEY="",
    )

    assert refused.returncode == 1
    assert refused.stderr.startswith("CONTENT_MAP_SECRET_KEY is missing.")


def test_stop_leaves_no_process_behind(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    server.start()
    parts = [process_id for ids in server.parts().values() for process_id in ids]

    code = server.stop(signal.SIGTERM)

    assert code == 0
    assert [each for each in parts if is_running(each)] == []
    assert server.output.endswith("Content Map has stopped.\n")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends processes when their parent is killed")
def test_supervisor_killed_outright_takes_its_parts_along_and_starts_again(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    server.start()

    server.kill()

    server.start()
    server.stop()


@pytest.mark.parametrize(
    ("folder", "arguments", "sentence"),
    [
        ("store", ["--s3"], "keeps its files in a folder; start it without --s3."),
        ("s3", [], "keeps its files in an S3 store of its own; start it with --s3."),
    ],
)
def test_data_of_the_other_store_is_refused(
    tmp_path: Path, folder: str, arguments: list[str], sentence: str
) -> None:
    (tmp_path / folder).mkdir()

    refused = serve("--port", str(free_port()), "--data", str(tmp_path), *arguments)

    assert refused.returncode == 1
    assert refused.stderr == f"{tmp_path} {sentence}\n"
