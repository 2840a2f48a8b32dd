"""What a killed worker was drawing does not stay for ever."""

from __future__ import annotations

import os
import socket
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from content_map.services import leftovers

pytestmark = pytest.mark.once


def test_folders_that_nobody_touched_for_hours_are_removed(
    tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool, temporary = tmp_path / "data", tmp_path / "temporary"
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    for folder in (spool / "content-map-drawing-old", temporary / "content-map-program-old", spool / "store"):
        _make(folder, now - timedelta(hours=7))
    # Its folder is old, but what is in it was written to a moment ago.
    _make(spool / "content-map-drawing-new", now - timedelta(hours=7))
    (spool / "content-map-drawing-new" / "made").write_bytes(b"x")
    os.utime(spool / "content-map-drawing-new" / "made", (now.timestamp(), now.timestamp()))

    assert leftovers.clear(spool, now=now) == 2

    assert {path.name for path in spool.iterdir()} == {"content-map-drawing-new", "store"}
    assert list(temporary.iterdir()) == []


def test_sockets_at_which_nobody_answers_are_removed(
    tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)  # a socket's whole path must be short
    dead, alive = (f"OSL_PIPE_1_SingleOfficeIPC_{name}" for name in "ab")

    with socket.socket(socket.AF_UNIX) as gone:
        gone.bind(dead)
    with socket.socket(socket.AF_UNIX) as office:
        office.bind(alive)
        office.listen()
        removed = leftovers.clear(tmp_path / "data", now=now)

    assert removed == 1
    assert [path.name for path in tmp_path.iterdir()] == [alive]


def _make(folder: Path, changed_at: datetime) -> None:
    folder.mkdir(parents=True)
    (folder / "original").write_bytes(b"film")
    for path in (folder / "original", folder):
        os.utime(path, (changed_at.timestamp(), changed_at.timestamp()))
