"""Both stores, each test in a place of its own; the S3 one in a real server that starts once a session."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage import ObjectStore, open_store
from tests.support.seaweed import running_server, why_absent

if TYPE_CHECKING:
    from storage.embedded import EmbeddedStore


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedStore]:
    """A running S3 server."""
    if (reason := why_absent()) is not None:
        pytest.skip(reason)
    with running_server() as server:
        yield server


@pytest.fixture
def s3_url(server: EmbeddedStore) -> str:
    """The address of an empty place in the running server."""
    return server.url.replace("?", f"/{uuid.uuid4().hex}?", 1)


@pytest.fixture
def s3_store(server: EmbeddedStore, s3_url: str) -> ObjectStore:
    """An empty store in the running server."""
    return open_store(s3_url, access_key=server.access_key, secret_key=server.secret_key)


@pytest.fixture
def disk_store(tmp_path: Path) -> ObjectStore:
    """An empty store on disk."""
    return open_store(f"disk:{tmp_path / 'objects'}")


@pytest.fixture(params=["disk", "s3"])
def store(request: pytest.FixtureRequest) -> ObjectStore:
    """An empty store of each kind: what is asserted of one holds for the other."""
    store: ObjectStore = request.getfixturevalue(f"{request.param}_store")
    return store


@pytest.fixture(scope="session", params=["disk", "s3"])
def refusing_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ObjectStore:
    """A store of each kind that nothing is ever put into; making one for each refusal would cost seconds."""
    if request.param == "disk":
        return open_store(f"disk:{tmp_path_factory.mktemp('refusing')}")
    server: EmbeddedStore = request.getfixturevalue("server")
    return server.open_store()
