"""The folder of the store on disk: where what lies, and what the file system says put into our words."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.contract import ObjectExists, ObjectMissing, StorageError, StorageUnavailable
from storage.keys import require_key
from storage.streams import MeasuredStream

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


class DiskFolder:
    """A folder on a local file system that can rename and lock: `objects`, `parts` and what is `incoming`."""

    def __init__(self, folder: Path) -> None:
        self.path = folder.absolute()
        self.objects = self.path / "objects"
        self.parts = self.path / "parts"
        self._incoming = self.path / "incoming"
        with self.speaking():
            self.path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            for private in (self.objects, self.parts, self._incoming):
                private.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            self._sweep()

    def home(self, key: str) -> Path:
        """Where the object of a key lives. Raises ValueError for what is no key of ours."""
        require_key(key)
        shard = hashlib.sha256(key.encode()).hexdigest()[:2]
        return self.objects / shard / key.replace("/", "+")

    def receive(self, measured: MeasuredStream, file: Path) -> None:
        """Write the stream into a new file, not yet synced; the stream's own errors come through unchanged."""
        with self.speaking():
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        try:
            for block in measured.blocks():
                with self.speaking():
                    write_at(descriptor, block)
        finally:
            os.close(descriptor)

    def settle(self, key: str, arrival: Path) -> None:
        """Make the folder `arrival`, synced, the key's object. Raises ObjectExists."""
        home = self.home(key)
        if not home.parent.exists():
            home.parent.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            sync(self.objects)
        try:
            # A folder cannot be renamed onto one that holds something: no object is ever overwritten.
            os.rename(arrival, home)
        except OSError as error:
            if error.errno in {errno.ENOTEMPTY, errno.EEXIST}:
                raise exists(key) from error
            raise
        sync(home.parent)

    @contextmanager
    def arrival(self) -> Iterator[Path]:
        """Lend a folder of its own under `incoming`, emptied afterwards whatever happened."""
        with self.speaking():
            lock = os.open(self._incoming, os.O_RDONLY)
        try:
            arrival = self._incoming / uuid.uuid4().hex
            with self.speaking():
                fcntl.flock(lock, fcntl.LOCK_SH)
                arrival.mkdir(mode=PRIVATE_FOLDER)
            try:
                yield arrival
            finally:
                shutil.rmtree(arrival, ignore_errors=True)
        finally:
            os.close(lock)

    @contextmanager
    def speaking(self, absent: StorageError | None = None) -> Iterator[None]:
        """Turn the file system's errors into ours; `absent` is what a missing file means while the store is there."""
        try:
            yield
        except FileNotFoundError as error:
            if absent is not None and self.objects.is_dir():
                raise absent from error
            raise StorageUnavailable(f"The store folder {self.path} is gone or cannot be made.") from error
        except OSError as error:
            raise StorageUnavailable(self._sentence(error)) from error

    def _sweep(self) -> None:
        """Remove what killed processes left, unless anybody is writing just now.

        Every writer holds a shared lock and the kernel lets go of a dead one's, so no clock is needed.
        """
        lock = os.open(self._incoming, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for abandoned in os.listdir(self._incoming):
                shutil.rmtree(self._incoming / abandoned, ignore_errors=True)
        except BlockingIOError:
            return
        finally:
            os.close(lock)

    def _sentence(self, error: OSError) -> str:
        match error.errno:
            case errno.ENOSPC | errno.EDQUOT:
                return f"The disk that holds {self.path} is full; free some space, then try again."
            case errno.EACCES | errno.EPERM | errno.EROFS:
                return f"The store folder {self.path} may not be read or written; check its owner and mode."
            case _:
                return f"The store folder {self.path} does not work: {error.strerror or error}."


def exists(key: str) -> ObjectExists:
    """Refuse to overwrite."""
    return ObjectExists(f"There is an object {key} already.")


def missing(key: str) -> ObjectMissing:
    """Say that a key has no object."""
    return ObjectMissing(f"There is no object {key}.")


def write_at(descriptor: int, block: bytes, offset: int | None = None) -> None:
    """Write all of the block, where the file stands or at `offset`."""
    left = memoryview(block)
    while left:
        written = os.write(descriptor, left) if offset is None else os.pwrite(descriptor, left, offset)
        left = left[written:]
        offset = None if offset is None else offset + written


def sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, survive a loss of power."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
