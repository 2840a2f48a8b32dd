"""Where an index lives: one folder a schema, in it a folder for each rebuild and a pointer to the live one."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from search.contract import SearchUnavailable

BROKEN = "The search index cannot be read; run `content-map index rebuild` to make it anew from the database."
ABSENT = "There is no search index yet; run `content-map index rebuild` to make it from the database."
BUSY = "Another process is writing the search index; try again when it has finished."

_WAIT_SECONDS = 30.0
_POINTER = "CURRENT"
_LOCK = "WRITER"
_FOLDER_NAME = re.compile(r"built-[0-9a-f]{32}")


class Folder:
    """The private folder of one index. The pointer changes by rename, so readers see the old or the new."""

    def __init__(self, root: Path, schema: str) -> None:
        self._home = root / schema

    def live(self) -> Path | None:
        """Give the folder readers read; None when no index was ever made. Raises SearchUnavailable."""
        try:
            name = (self._home / _POINTER).read_text()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise SearchUnavailable(BROKEN) from error
        if not _FOLDER_NAME.fullmatch(name):
            raise SearchUnavailable(BROKEN)
        return self._home / name

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer, in any process; it ends with its process. Raises SearchUnavailable."""
        with saying_why():
            self._home.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._home.parent.chmod(0o700)
            self._home.mkdir(mode=0o700, exist_ok=True)
            lock = (self._home / _LOCK).open("w")
        with lock:
            _wait_for(lock.fileno())
            yield

    def begin(self) -> Path:
        """Make an empty folder beside the live one."""
        fresh = self._home / f"built-{uuid4().hex}"
        with saying_why():
            fresh.mkdir(mode=0o700)
        return fresh

    def publish(self, fresh: Path) -> None:
        """Make it the live one."""
        draft = self._home / f"{_POINTER}.new"
        with saying_why():
            with draft.open("w") as pointer:
                pointer.write(fresh.name)
                pointer.flush()
                os.fsync(pointer.fileno())
            draft.replace(self._home / _POINTER)

    def sweep(self, *kept: Path | None) -> None:
        """Remove what earlier rebuilds left. Readers that still have such a folder open keep their maps."""
        names = {one.name for one in kept if one is not None}
        for one in self._home.iterdir():
            if _FOLDER_NAME.fullmatch(one.name) and one.name not in names:
                shutil.rmtree(one, ignore_errors=True)


@contextmanager
def saying_why() -> Iterator[None]:
    """Turn a refusal of the file system into a sentence."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise SearchUnavailable(
            f"The search index could not be written ({reason}); nothing was changed."
        ) from error


def _wait_for(lock: int) -> None:
    until = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= until:
                raise SearchUnavailable(BUSY) from error
            time.sleep(0.02)
        else:
            return
