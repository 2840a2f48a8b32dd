"""Parts on disk: kills lose nothing, and joining copies nothing."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from storage import ObjectStore, open_store
from tests.support.streams import OneWayStream

REPOSITORY = Path(__file__).parents[2]
PART_BYTES = 5 * 1024 * 1024
KEY = "assets/large"
# The named function of the standard library kills the process instead of doing its work.
KILLED_IN = """
import os, shutil, signal, sys
from storage import open_store

folder, module, name, upload, *etags = sys.argv[1:]
setattr(sys.modules[module], name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
store = open_store("disk:" + folder)
store.parts.complete("assets/large", upload, list(enumerate(etags, start=1)))
"""


@pytest.fixture
def sent(disk_store: ObjectStore) -> tuple[str, list[tuple[int, str]]]:
    """An upload with its two parts, all but completed."""
    upload = disk_store.parts.begin(KEY, media_type="video/mp4", part_bytes=PART_BYTES)
    parts = [
        disk_store.parts.put(KEY, upload, number, OneWayStream(content), limit_bytes=PART_BYTES)
        for number, content in ((1, bytes(PART_BYTES)), (2, b"end"))
    ]
    return upload, [(part.number, part.etag) for part in parts]


@pytest.mark.parametrize(("module", "name"), [("os", "truncate"), ("os", "rename"), ("shutil", "rmtree")])
def test_a_completion_that_was_killed_is_completed_by_the_next_one(
    disk_store: ObjectStore, tmp_path: Path, sent: tuple[str, list[tuple[int, str]]], module: str, name: str
) -> None:
    upload, parts = sent
    etags = [etag for _, etag in parts]

    killed = subprocess.run(
        [sys.executable, "-c", KILLED_IN, str(tmp_path / "objects"), module, name, upload, *etags],
        cwd=REPOSITORY,
        check=False,
        timeout=60,
    )

    assert killed.returncode == -signal.SIGKILL
    again = open_store(f"disk:{tmp_path / 'objects'}")
    assert again.parts.complete(KEY, upload, parts).size_bytes == PART_BYTES + 3
    assert (list(again.parts.walk()), os.listdir(tmp_path / "objects" / "parts")) == ([], [])


def test_joining_moves_the_file_instead_of_copying_it(
    disk_store: ObjectStore, tmp_path: Path, sent: tuple[str, list[tuple[int, str]]]
) -> None:
    upload, parts = sent
    (before,) = (tmp_path / "objects").rglob("joined")
    inode = before.stat().st_ino

    disk_store.parts.complete(KEY, upload, parts)

    (after,) = (tmp_path / "objects").rglob("joined")
    assert (after.stat().st_ino, before.exists()) == (inode, False)


def test_only_the_owner_may_look_at_parts(
    disk_store: ObjectStore, tmp_path: Path, sent: tuple[str, list[tuple[int, str]]]
) -> None:
    del sent

    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "objects").rglob("*")}

    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
    assert disk_store.parts.link(KEY, "upload", 1, seconds=60) is None
