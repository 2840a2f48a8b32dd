"""Whatever a document makes its reader do, nothing but its own reading is lost."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from content_map.extraction import Extract, Limits, Sandbox, extract
from tests.extraction.conftest import Read

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can confine a process this far")


def _text(found: Extract) -> str:
    """What the misbehaving format has to tell of its deed."""
    return found.pages[-1].text if found.problem is None else found.problem.sentence


@pytest.fixture
def listener() -> Iterator[str]:
    """The address of a socket that would accept anybody."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_the_listener_can_be_reached_from_outside_the_sandbox(listener: str) -> None:
    host, _, port = listener.partition(":")

    with socket.create_connection((host, int(port)), timeout=2):
        pass


def test_no_network_is_reachable(read: Read, listener: str) -> None:
    assert _text(read(f"PROBE 0 connect {listener}".encode())).startswith("refused: ")


@LINUX
@pytest.mark.parametrize("act", ["fork x", "run /bin/true", "exec /bin/true"])
def test_no_process_and_no_program_can_be_started(read: Read, act: str) -> None:
    assert _text(read(f"PROBE 0 {act}".encode())).startswith("refused: ")


@LINUX
def test_no_file_can_be_opened_or_written(read: Read, tmp_path: Path) -> None:
    target = tmp_path / "escaped"

    assert _text(read(b"PROBE 0 open /etc/passwd")).startswith("refused: ")
    assert _text(read(f"PROBE 0 write {target}".encode())).startswith("refused: ")
    assert not target.exists()


def test_no_secret_of_the_worker_is_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTENT_MAP_SECRET_KEY", "s3cret")

    with Sandbox(extra_formats=[Path(__file__).with_name("probe_format.py")]) as fresh:
        found = extract(io.BytesIO(b"PROBE 0 environment x"), "x", sandbox=fresh)

    assert "CONTENT_MAP" not in _text(found)
    assert "PATH" in _text(found)


def test_a_memory_hog_is_stopped(read: Read) -> None:
    found = read(b"PROBE 0 hog x", limits=Limits(memory_bytes=512 * 1024**2))

    assert found.problem is not None
    assert (found.problem.code, found.failed) == ("memory", True)


def test_computing_without_end_is_stopped(read: Read) -> None:
    found = read(b"PROBE 0 spin x", limits=Limits(cpu_seconds=1))

    assert found.problem is not None
    assert (found.problem.code, found.failed) == ("cpu", True)


def test_waiting_without_end_is_stopped(read: Read) -> None:
    start = time.monotonic()

    found = read(b"PROBE 0 sleep 30", limits=Limits(wall_seconds=0.5))

    assert found.problem is not None
    assert (found.problem.code, found.failed) == ("timeout", True)
    assert time.monotonic() - start < 5


def test_a_crash_is_told_as_one(read: Read) -> None:
    found = read(b"PROBE 0 abort x")

    assert found.problem is not None
    assert (found.problem.code, found.failed) == ("crash", True)


def test_recursion_without_end_is_told_as_nesting(read: Read) -> None:
    found = read(b"PROBE 0 recurse x")

    assert found.problem is not None
    assert (found.problem.code, found.failed) == ("nesting", True)


def test_a_reader_that_raises_ends_failed_as_damaged(read: Read) -> None:
    found = read(b"PROBE 0 fail x")

    assert found.problem is not None
    assert (found.problem.code, found.failed) == ("corrupt", True)


def test_output_without_end_is_stopped(read: Read) -> None:
    found = read(b"PROBE 0 flood x", limits=Limits(output_bytes=1024**2))

    assert found.problem is not None
    assert (found.problem.code, found.failed) == ("output", False)
    assert 1 <= len(found.pages) <= 10


@pytest.mark.parametrize(
    ("act", "code"), [("abort x", "crash"), ("sleep 30", "timeout"), ("fail x", "corrupt")]
)
def test_pages_read_before_the_end_are_kept_and_the_limit_is_stated(read: Read, act: str, code: str) -> None:
    found = read(f"PROBE 39 {act}".encode(), limits=Limits(wall_seconds=2))

    assert len(found.pages) == 39
    assert found.pages[38].text == "The text of page 39."
    assert found.words == 39 * 5
    assert found.problem is not None
    assert (found.problem.code, found.failed) == (code, False)
    assert found.problem.sentence.startswith("Only the first 39 pages were read;")


def test_the_next_document_is_read_after_any_fault(read: Read) -> None:
    read(b"PROBE 0 abort x")
    read(b"PROBE 0 flood x", limits=Limits(output_bytes=1024**2))

    assert read(b"Plain words.").pages[0].text == "Plain words."


def test_a_killed_server_is_started_again() -> None:
    with Sandbox() as sandbox:
        extract(io.BytesIO(b"one"), "x", sandbox=sandbox)
        assert sandbox._server is not None
        sandbox._server.kill()
        sandbox._server.wait()

        assert extract(io.BytesIO(b"two"), "x", sandbox=sandbox).pages[0].text == "two"


@LINUX
def test_the_server_ends_when_its_worker_is_killed() -> None:
    worker = (
        "import io, time; from content_map.extraction import Sandbox, extract; s = Sandbox();"
        "extract(io.BytesIO(b'one'), 'x', sandbox=s); print(s._server.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", worker], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        server = Path(f"/proc/{int(process.stdout.readline())}/stat")
        assert server.exists()

        process.kill()

    deadline = time.monotonic() + 10
    while server.exists() and server.read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_closing_ends_the_server() -> None:
    sandbox = Sandbox()
    extract(io.BytesIO(b"one"), "x", sandbox=sandbox)
    server = sandbox._server
    assert server is not None

    sandbox.close()

    assert server.returncode is not None


def test_paths_descriptors_and_streams_are_read_alike(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(b"The same words.")
    descriptor = os.open(path, os.O_RDONLY)

    with path.open("rb") as stream:
        found = [
            extract(source, "note.txt", sandbox=sandbox) for source in (path, str(path), descriptor, stream)
        ]
    os.close(descriptor)

    assert {entry.pages[0].text for entry in found} == {"The same words."}
