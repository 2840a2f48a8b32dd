"""Folders that a killed worker left behind: what it was drawing or converting, perhaps gigabytes of film."""

from __future__ import annotations

import shutil
import socket
import tempfile
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

# Far longer than any job lasts: what is younger may be somebody's who is still at it.
GRACE = timedelta(hours=6)
PREFIX = "content-map-"
SOCKETS = "OSL_PIPE_*_SingleOfficeIPC_*"


def clear(spool: Path, *, now: datetime) -> int:
    """Remove folders of ours in which nothing changed for hours, here and among temporary files; returns how many."""
    old = (now - GRACE).timestamp()
    found = [
        folder
        for place in (spool, Path(tempfile.gettempdir()))
        for folder in place.glob(f"{PREFIX}*")
        if folder.is_dir() and not folder.is_symlink() and _newest(folder) < old
    ]
    for folder in found:
        shutil.rmtree(folder, ignore_errors=True)
    removed = sum(1 for folder in found if not folder.exists())
    return removed + sum(map(_remove_dead, Path(tempfile.gettempdir()).glob(SOCKETS)))


def _remove_dead(path: Path) -> int:
    """Remove a socket at which nobody answers: LibreOffice leaves one when it is killed."""
    try:
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(str(path))
    except ConnectionRefusedError:
        with suppress(OSError):  # another user's: not ours to remove
            path.unlink()
            return 1
    except OSError:
        return 0
    return 0


def _newest(folder: Path) -> float:
    try:
        return max(path.lstat().st_mtime for path in (folder, *folder.rglob("*")))
    except OSError:  # somebody is just removing it
        return float("inf")
