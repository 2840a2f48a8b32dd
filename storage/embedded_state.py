"""What the embedded server keeps between starts: its credentials and its ports, in one private file."""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from storage.contract import StorageUnavailable

_FILE = "server.json"
_PARTS = ("master", "volume", "filer", "s3", "admin")
_GRPC_OFFSET = 10_000  # SeaweedFS dials every part's gRPC port there, whatever else it is told
_ATTEMPTS = 200


@dataclass(frozen=True, slots=True)
class EmbeddedState:
    """Credentials and the HTTP port of each part; gRPC listens 10,000 above."""

    access_key: str
    secret_key: str
    ports: Mapping[str, int]

    def identities(self) -> str:
        """Write the server's own file of who may do what: us, everything, and nobody else."""
        keys = {"accessKey": self.access_key, "secretKey": self.secret_key}
        return json.dumps(
            {"identities": [{"name": "content-map", "credentials": [keys], "actions": ["Admin"]}]}
        )


def kept_state(folder: Path) -> EmbeddedState:
    """Read the folder's state, made on the first call; ports that others took meanwhile are replaced."""
    file = folder / _FILE
    state = _read(file) if file.exists() else EmbeddedState(_token(10), _token(30), {})
    if set(state.ports) != set(_PARTS) or not _are_free(state.ports):
        state = replace(state, ports=_free_ports())
        write_private(file, json.dumps(asdict(state)))
    return state


def present_state(folder: Path) -> EmbeddedState:
    """Read the state of a server that may be running; nothing is made or changed. Raises StorageUnavailable."""
    try:
        return _read(folder / _FILE)
    except FileNotFoundError:
        raise StorageUnavailable(f"No object store has been started in {folder} yet.") from None


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    arriving = file.with_suffix(".new")
    arriving.unlink(missing_ok=True)
    with open(os.open(arriving, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
    arriving.replace(file)


def _read(file: Path) -> EmbeddedState:
    try:
        return EmbeddedState(**json.loads(file.read_text()))
    except (ValueError, TypeError) as error:
        raise StorageUnavailable(
            f"{file} is damaged; restore it, it holds the store's credentials."
        ) from error


def _token(length_bytes: int) -> str:
    return secrets.token_hex(length_bytes)


def _free_ports() -> Mapping[str, int]:
    """Find a free port for each part whose gRPC port is free too."""
    with ExitStack() as held:
        ports: list[int] = []
        for _ in range(_ATTEMPTS):
            sock = held.enter_context(socket.socket())
            sock.bind(("127.0.0.1", 0))
            port = sock.getsockname()[1]
            if port + _GRPC_OFFSET < 65_536 and _is_free(port + _GRPC_OFFSET):
                ports.append(port)
            if len(ports) == len(_PARTS):
                return dict(zip(_PARTS, ports, strict=True))
    raise StorageUnavailable("This machine has no free ports for the embedded object store.")


def _are_free(ports: Mapping[str, int]) -> bool:
    return all(_is_free(port) and _is_free(port + _GRPC_OFFSET) for port in ports.values())


def _is_free(port: int) -> bool:
    with socket.socket() as sock:
        # As the server does: a port that only waits out its last connections is free.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
