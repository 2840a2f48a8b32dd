"""A gigabyte through the running product: flat memory, exact bytes, and what is refused or cut off leaves nothing."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from content_map.db import Sessions
from content_map.models import Version
from tests.support.client import API, Client, client_of, envelope, form_headers
from tests.support.databases import opened, own_settings
from tests.support.server import Server, process_children
from tests.support.waiting import comes_true

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="memory is read from Linux's /proc"),
]

MIB = 1024 * 1024
PIECES = 1024
LIMIT_BYTES = 1100 * MIB
GROWTH_BYTES = 50 * MIB
PATIENCE_SECONDS = 20


@pytest.fixture(scope="module")
def settings() -> Iterator[dict[str, str]]:
    with own_settings() as settings:
        yield {**settings, "upload_limit_bytes": str(LIMIT_BYTES)}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, settings: dict[str, str]) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("gigabyte") / "data", **settings) as server:
        yield server


@pytest.fixture(scope="module")
def client(server: Server, settings: dict[str, str]) -> Client:
    return client_of(server, settings, "marketer")


@pytest.fixture(scope="module")
def database(server: Server, settings: dict[str, str]) -> Iterator[Sessions]:
    with opened(server.data, settings) as sessions:
        yield sessions


def pieces() -> Iterator[bytes]:
    """A gigabyte of which no two pieces are the same, made as it is sent."""
    for number in range(PIECES):
        yield number.to_bytes(8, "big") + bytes(MIB - 8)


class Watch:
    """What the web processes hold while a block runs: resident memory, and files that have no name."""

    def __init__(self, server: Server) -> None:
        self.before = {each: resident_bytes(each) for each in web_processes(server)}
        self.most = dict(self.before)
        self.curve: list[int] = []
        self.unnamed: set[str] = set()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    @property
    def growth_bytes(self) -> int:
        return max(self.most[each] - self.before[each] for each in self.before)

    def _look(self) -> None:
        while not self._done.wait(0.05):
            for each in self.before:
                self.most[each] = max(self.most[each], resident_bytes(each))
                self.unnamed |= set(unnamed_files(each))
            self.curve.append(sum(map(resident_bytes, self.before)) // MIB)


def web_processes(server: Server) -> list[int]:
    return [each for parent in server.parts()["web server"] for each in process_children(parent)]


def resident_bytes(process_id: int) -> int:
    pages = int(Path(f"/proc/{process_id}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def waiting_files(server: Server) -> list[str]:
    return [file for each in web_processes(server) for file in unnamed_files(each)]


def unnamed_files(process_id: int) -> Iterator[str]:
    for descriptor in Path(f"/proc/{process_id}/fd").iterdir():
        try:
            target = str(descriptor.readlink())
        except FileNotFoundError:
            continue
        if target.endswith(" (deleted)") and target.startswith("/"):
            yield target


def stored(server: Server) -> list[str]:
    """Everything in the store: objects, and whatever stands in its way in."""
    store = server.data / "store"
    return sorted(str(path) for part in ("incoming", "objects") for path in (store / part).glob("*/*"))


def rows(database: Sessions) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Version)) or 0


def begin_upload(server: Server, client: Client, announced_bytes: int, sent_bytes: int) -> socket.socket:
    """Announce a file and send a part of it."""
    head, tail = envelope("cut.bin")
    headers = {**client.headers, **form_headers(len(head) + announced_bytes + len(tail)), "Host": "127.0.0.1"}
    lines = [f"POST {API}/assets HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_SECONDS)
    connection.sendall("\r\n".join([*lines, "", ""]).encode() + head)
    for _ in range(sent_bytes // MIB):
        connection.sendall(bytes(MIB))
    return connection


def test_body_over_the_limit_is_refused_before_it_is_sent_and_nothing_is_stored(
    server: Server, client: Client, database: Sessions
) -> None:
    before = stored(server), rows(database)

    with begin_upload(server, client, LIMIT_BYTES + 2 * MIB, 0) as connection:
        started = time.monotonic()
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        waited = time.monotonic() - started
        problem = json.loads(answer.read())

    print(f"\nrefused after {waited:.2f} s")
    assert (answer.status, problem["status"]) == (413, 413)
    assert "limit" in problem["detail"]
    assert waited < PATIENCE_SECONDS
    assert comes_true(lambda: (stored(server), rows(database)) == before)


@pytest.mark.parametrize("abruptly", [False, True], ids=["closed", "reset"])
def test_upload_whose_client_goes_away_leaves_nothing(
    server: Server, client: Client, database: Sessions, abruptly: bool
) -> None:
    before = stored(server), rows(database)
    connection = begin_upload(server, client, 300 * MIB, 40 * MIB)
    assert comes_true(lambda: waiting_files(server) != [])

    if abruptly:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()

    assert comes_true(lambda: waiting_files(server) == [])
    assert comes_true(lambda: (stored(server), rows(database)) == before)
    assert server.health() == {"status": "ok"}


def test_gigabyte_goes_in_and_out_with_flat_memory_and_exact_bytes(server: Server, client: Client) -> None:
    digest = hashlib.sha256()
    for piece in pieces():
        digest.update(piece)
    client.upload("first.txt", b"What a process allocates once is no growth.").expect(201)

    with Watch(server) as upload:
        began = time.monotonic()
        asset = client.upload_stream("sparse.bin", pieces(), PIECES * MIB, title="A gigabyte").expect(201)
        uploaded = time.monotonic()
    with Watch(server) as download:
        came_back = client.digest(f"/assets/{asset['id']}/file")
        downloaded = time.monotonic()
    middle = client.get(f"/assets/{asset['id']}/file", Range=f"bytes={512 * MIB}-{512 * MIB + 15}")

    print(
        f"\nupload {uploaded - began:.1f} s, grew {upload.growth_bytes / MIB:.1f} MiB: {curve(upload)}; "
        f"download {downloaded - uploaded:.1f} s, grew {download.growth_bytes / MIB:.1f} MiB: {curve(download)}"
    )
    assert asset["size_bytes"] == PIECES * MIB
    assert came_back == (PIECES * MIB, digest.hexdigest())
    assert upload.growth_bytes < GROWTH_BYTES
    assert download.growth_bytes < GROWTH_BYTES
    assert upload.unnamed
    assert all(each.startswith(str(server.data)) for each in upload.unnamed)
    assert (middle.status, middle.body) == (206, (512).to_bytes(8, "big") + bytes(8))
    assert middle.headers["content-range"] == f"bytes {512 * MIB}-{512 * MIB + 15}/{PIECES * MIB}"


def curve(watch: Watch) -> str:
    """The memory of all web processes together, in MiB, at ten moments."""
    return " ".join(map(str, watch.curve[:: max(1, len(watch.curve) // 10)]))
