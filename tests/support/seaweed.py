"""A real S3 server for tests: the product's own embedded one, over a folder that goes with it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.contract import StorageUnavailable
from storage.embedded import EmbeddedStore, find_program


def why_absent() -> str | None:
    """Say in one sentence why there can be no server here, or None when there can."""
    try:
        find_program()
    except StorageUnavailable as error:
        return str(error)
    return None


@contextmanager
def running_server() -> Iterator[EmbeddedStore]:
    """Run a server with an empty bucket as long as the block lasts.

    Its `url`, `access_key` and `secret_key` are what `open_store` and the product's settings take.
    """
    with (
        tempfile.TemporaryDirectory(prefix="content-map-s3-") as folder,
        EmbeddedStore(Path(folder) / "s3") as server,
    ):
        yield server
