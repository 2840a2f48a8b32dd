"""Which workers of this data directory still live: each holds a lock that the kernel lets go of with it.

A lease says the same only after a minute, and a process id may mean another process by then.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

_FOLDER = "workers"


class Lifeline:
    """A worker's own lock file, held from now until `let_go` or the end of the process."""

    def __init__(self, data_dir: Path, worker: str) -> None:
        folder = data_dir / _FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = folder / worker
        fresh = folder / f".{worker}"
        self._lock = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        # Nobody meets it without its lock.
        fresh.rename(self._path)

    def let_go(self) -> None:
        """End it in order: nobody will take this worker for a dead one."""
        self._path.unlink(missing_ok=True)
        os.close(self._lock)


@contextlib.contextmanager
def dead_workers(data_dir: Path) -> Iterator[list[str]]:
    """Name the workers that ended without letting go; those are forgotten when the block ends well."""
    with contextlib.ExitStack() as locks:
        found = [path for path in _lifelines(data_dir) if _is_loose(path, locks)]
        yield [path.name for path in found]
        for path in found:
            path.unlink(missing_ok=True)


def _lifelines(data_dir: Path) -> list[Path]:
    with contextlib.suppress(FileNotFoundError):
        return sorted(path for path in (data_dir / _FOLDER).iterdir() if not path.name.startswith("."))
    return []


def _is_loose(path: Path, locks: contextlib.ExitStack) -> bool:
    try:
        lock = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        return False
    locks.callback(os.close, lock)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
