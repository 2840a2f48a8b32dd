"""A large file passes through a store without passing through memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from storage.embedded import EmbeddedStore

REPOSITORY = Path(__file__).parents[2]
GROWTH_LIMIT_BYTES = 50_000_000  # issue 2: the web process grows by less than 50 MB
SCRIPT = """
import io, resource, sys
from storage import open_store

class Sender(io.RawIOBase):
    def __init__(self, size_bytes):
        self.left = size_bytes
    def readable(self):
        return True
    def read(self, size=-1):
        chunk = bytes(min(size, self.left, 1 << 20))
        self.left -= len(chunk)
        return chunk

def peak_bytes():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024

url, access_key, secret_key, size_bytes = sys.argv[1:]
store = open_store(url, access_key=access_key or None, secret_key=secret_key or None)
store.put("warm", Sender(9 << 20), media_type="video/mp4")
before = peak_bytes()
stored = store.put("large", Sender(int(size_bytes)), media_type="video/mp4")
with store.open("large") as stream:
    read_bytes = sum(len(block) for block in iter(lambda: stream.read(1 << 20), b""))
print(stored.size_bytes, read_bytes, peak_bytes() - before)
"""


def assert_stored_and_measure(url: str, access_key: str = "", secret_key: str = "") -> int:
    size_bytes = 256 * 1024 * 1024
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, url, access_key, secret_key, str(size_bytes)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    stored, read, grown = map(int, done.stdout.split())
    assert (stored, read) == (size_bytes, size_bytes)
    return grown


def test_a_quarter_gigabyte_on_disk_leaves_memory_flat(tmp_path: Path) -> None:
    assert assert_stored_and_measure(f"disk:{tmp_path}") < GROWTH_LIMIT_BYTES


@pytest.mark.journey
def test_a_quarter_gigabyte_in_s3_leaves_memory_flat(server: EmbeddedStore, s3_url: str) -> None:
    assert assert_stored_and_measure(s3_url, server.access_key, server.secret_key) < GROWTH_LIMIT_BYTES
