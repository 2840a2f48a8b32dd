"""A client of the running product over plain sockets: bodies may be streams that nobody could hold in memory."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from content_map import context
from content_map.domain.people import Role
from content_map.services import signing_in, users
from tests.support.databases import opened
from tests.support.server import ROOT, Server

API = "/api/v1"
BOUNDARY = "a-boundary-that-no-file-of-the-tests-holds"
PIECE_BYTES = 1024 * 1024
TIMEOUT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def expect(self, status: int) -> Any:
        """The document of an answer that must have this status."""
        if self.status != status:
            raise AssertionError(f"{self.status} instead of {status}: {self.body[:2000]!r}")
        return self.json if self.body else None


class Client:
    """Somebody who holds an API token; every call is a connection of its own. Safe for threads."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self.headers = {"Authorization": f"Bearer {token}"}

    def call(
        self,
        method: str,
        path: str,
        body: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request. Raises OSError or HTTPException when the server goes away meanwhile."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, API + path, body, {**self.headers, **(headers or {})})
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, headers=headers)

    def send(self, method: str, path: str, document: object) -> Answer:
        """Send JSON."""
        return self.call(method, path, json.dumps(document).encode(), {"Content-Type": "application/json"})

    def upload(self, name: str, content: bytes, *, path: str = "/assets", **fields: str) -> Answer:
        """Upload a file with form fields."""
        return self.upload_stream(name, [content], len(content), path=path, **fields)

    def upload_stream(
        self, name: str, pieces: Iterable[bytes], size: int, *, path: str = "/assets", **fields: str
    ) -> Answer:
        """Upload a file that is made while it is sent."""
        head, tail = envelope(name, **fields)
        headers = form_headers(len(head) + size + len(tail))
        return self.call("POST", path, _joined(head, pieces, tail), headers)

    def digest(self, path: str) -> tuple[int, str]:
        """Download and forget: the number of bytes and their SHA-256, by way of a redirect if there is one."""
        connection, answer = self._open(path)
        try:
            if answer.status not in {200, 206}:
                raise AssertionError(f"{answer.status}: {answer.read()[:2000]!r}")
            size, found = 0, hashlib.sha256()
            while piece := answer.read(PIECE_BYTES):
                size += len(piece)
                found.update(piece)
            return size, found.hexdigest()
        finally:
            connection.close()

    def _open(self, path: str) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_SECONDS)
        connection.request("GET", API + path, headers=self.headers)
        answer = connection.getresponse()
        if answer.status != http.HTTPStatus.FOUND:
            return connection, answer
        connection.close()
        return follow(answer.headers["Location"])


def follow(address: str) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    """Open an address as a browser follows a redirect: without our token."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT_SECONDS)
    connection.request("GET", f"{parts.path}?{parts.query}")
    return connection, connection.getresponse()


def envelope(name: str, **fields: str) -> tuple[bytes, bytes]:
    """What stands before and after the file in a form."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    parts.append(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return "".join(parts).encode(), f"\r\n--{BOUNDARY}--\r\n".encode()


def form_headers(size: int) -> dict[str, str]:
    """The headers of a form of so many bytes."""
    return {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Content-Length": str(size)}


def _joined(head: bytes, pieces: Iterable[bytes], tail: bytes) -> Iterator[bytes]:
    yield head
    yield from pieces
    yield tail


class Operator:
    """Somebody with a shell on the machine: `content-map` with the server's own settings."""

    def __init__(self, data: Path, **settings: str) -> None:
        self._environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("CONTENT_MAP_")},
            **{f"CONTENT_MAP_{name.upper()}": value for name, value in settings.items()},
            "CONTENT_MAP_DATA_DIR": str(data),
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command and wait for it, whatever comes of it."""
        program = Path(sys.executable).with_name("content-map")
        return subprocess.run(
            [program, *arguments],
            cwd=ROOT,
            env=self._environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def done(self, *arguments: str) -> str:
        """Run a command that must succeed; what it printed."""
        finished = self.run(*arguments)
        if finished.returncode != 0:
            raise AssertionError(f"{' '.join(arguments)}: {finished.stdout}{finished.stderr}")
        return finished.stdout.strip()

    def token(self, email: str, role: str) -> str:
        """Add a person and give their API token."""
        return self.done("user", "add", email, "--role", role, "--print-token")


def client_of(server: Server, settings: Mapping[str, str], role: str) -> Client:
    """A new person of this role with a token for the server, which runs with these settings."""
    now = context.clock()
    with opened(server.data, settings) as sessions, sessions.write() as session:
        person = users.add(session, f"{role}@example.com", role=Role(role), actor=None, now=now)
        _, token = signing_in.make_token(session, person.id, "journey", actor=None, now=now)
    return Client(server.port, token)
