"""The embedded store: a private folder on this machine's disk.

An object is a folder `objects/<2 hex>/<key with + for />` that holds one file named for its SHA-256, so
one rename makes or removes bytes and checksum together, and `sha256sum` can check any file against its name.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import io
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from storage.contract import ObjectExists, ObjectMissing, StorageUnavailable, StoredObject
from storage.keys import (
    is_foreign_key,
    require_key,
    require_media_type,
    require_prefix,
    require_range,
    require_readable,
    require_seconds,
    require_sha256,
)
from storage.streams import BoundedReader, MeasuredStream

_PRIVATE_FOLDER = 0o700
_PRIVATE_FILE = 0o600


class DiskStore:
    """An ObjectStore on a local file system that can rename and lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._objects = self._folder / "objects"
        self._incoming = self._folder / "incoming"
        with self._speaking():
            self._folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
            for private in (self._objects, self._incoming):
                private.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
            self._sweep()

    def put(
        self,
        key: str,
        stream: BinaryIO,
        *,
        media_type: str,
        limit_bytes: int | None = None,
        expected_sha256: str | None = None,
    ) -> StoredObject:
        home = self._home(key)
        require_media_type(media_type)
        require_sha256(expected_sha256)
        if home.exists():
            raise _exists(key)
        measured = MeasuredStream(stream, limit_bytes)
        with self._arrival() as arrival:
            self._receive(measured, arrival / "arriving")
            measured.verify(expected_sha256)
            with self._speaking():
                os.rename(arrival / "arriving", arrival / measured.sha256)
                _sync(arrival)
                self._settle(key, arrival, home)
        return self.stat(key)

    def open(self, key: str, *, start: int = 0, length: int | None = None) -> BinaryIO:
        home = self._readable(key)
        require_range(start, length)
        with self._speaking(key):
            source = _only_file(home).open("rb")
        if start == 0 and length is None:
            return source
        source.seek(start)
        left = max(0, os.fstat(source.fileno()).st_size - start)
        return io.BufferedReader(BoundedReader(source, left if length is None else min(left, length)))

    def stat(self, key: str) -> StoredObject:
        home = self._readable(key)
        with self._speaking(key):
            file = _only_file(home)
            facts = file.stat()
        return StoredObject(key, facts.st_size, file.name, datetime.fromtimestamp(facts.st_mtime, UTC))

    def delete(self, key: str) -> None:
        home = self._home(key)
        with self._speaking(), self._arrival() as arrival:
            try:
                os.rename(home, arrival / "leaving")
            except FileNotFoundError:
                return
            _sync(home.parent)

    def keys(self, prefix: str = "") -> Iterator[StoredObject]:
        require_prefix(prefix)
        with self._speaking():
            shards = [self._objects / name for name in os.listdir(self._objects)]
            found = sorted(key for shard in shards for key in _keys_in(shard) if key.startswith(prefix))
        for key in found:
            try:
                yield self.stat(key)
            except ObjectMissing:
                continue  # deleted since the walk began

    def link(self, key: str, *, seconds: int, file_name: str, media_type: str) -> str | None:  # noqa: ARG002
        require_readable(key)
        require_seconds(seconds)
        require_media_type(media_type)
        return None

    def check(self) -> None:
        with self._speaking(), self._arrival() as arrival:
            if not self._objects.is_dir():
                raise StorageUnavailable(f"The folder {self._objects} is gone; restore it from a backup.")
            (arrival / "probe").write_bytes(b"writable")

    def _readable(self, key: str) -> Path:
        # A folder of ours holds nothing that was there before us, and such a key must never become a path.
        if is_foreign_key(key):
            raise _missing(key)
        return self._home(key)

    def _home(self, key: str) -> Path:
        require_key(key)
        shard = hashlib.sha256(key.encode()).hexdigest()[:2]
        return self._objects / shard / key.replace("/", "+")

    def _receive(self, measured: MeasuredStream, file: Path) -> None:
        # Only what the disk says is translated; what the incoming stream raises is its owner's business.
        with self._speaking():
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
        try:
            for block in measured.blocks():
                with self._speaking():
                    _write(descriptor, block)
            with self._speaking():
                os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _settle(self, key: str, arrival: Path, home: Path) -> None:
        if not home.parent.exists():
            home.parent.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
            _sync(self._objects)
        try:
            # A folder cannot be renamed onto one that holds something: no object is ever overwritten.
            os.rename(arrival, home)
        except OSError as error:
            if error.errno in {errno.ENOTEMPTY, errno.EEXIST}:
                raise _exists(key) from error
            raise
        _sync(home.parent)

    @contextmanager
    def _arrival(self) -> Iterator[Path]:
        """Lend a folder of its own under `incoming`, emptied afterwards whatever happened."""
        with self._speaking():
            lock = os.open(self._incoming, os.O_RDONLY)
        try:
            arrival = self._incoming / uuid.uuid4().hex
            with self._speaking():
                fcntl.flock(lock, fcntl.LOCK_SH)
                arrival.mkdir(mode=_PRIVATE_FOLDER)
            try:
                yield arrival
            finally:
                shutil.rmtree(arrival, ignore_errors=True)
        finally:
            os.close(lock)

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

    @contextmanager
    def _speaking(self, key: str | None = None) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            if key is not None and self._objects.is_dir():
                raise _missing(key) from error
            raise StorageUnavailable(f"The store folder {self._folder} is gone or cannot be made.") from error
        except OSError as error:
            raise StorageUnavailable(self._sentence(error)) from error

    def _sentence(self, error: OSError) -> str:
        match error.errno:
            case errno.ENOSPC | errno.EDQUOT:
                return f"The disk that holds {self._folder} is full; free some space, then try again."
            case errno.EACCES | errno.EPERM | errno.EROFS:
                return (
                    f"The store folder {self._folder} may not be read or written; check its owner and mode."
                )
            case _:
                return f"The store folder {self._folder} does not work: {error.strerror or error}."


def _missing(key: str) -> ObjectMissing:
    return ObjectMissing(f"There is no object {key}.")


def _exists(key: str) -> ObjectExists:
    return ObjectExists(f"There is an object {key} already.")


def _only_file(home: Path) -> Path:
    for name in os.listdir(home):
        return home / name
    raise FileNotFoundError(errno.ENOENT, "empty", str(home))


def _keys_in(shard: Path) -> Iterator[str]:
    try:
        names = os.listdir(shard)
    except NotADirectoryError:
        return
    yield from (name.replace("+", "/") for name in names)


def _write(descriptor: int, block: bytes) -> None:
    left = memoryview(block)
    while left:
        left = left[os.write(descriptor, left) :]


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
