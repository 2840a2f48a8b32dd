"""The embedded store: a private folder on this machine's disk.

An object is a folder `objects/<2 hex>/<key with + for />` that holds one file named for its SHA-256, so
one rename makes or removes bytes and checksum together, and `sha256sum` can check any file against its name.
One that arrived in parts is named `joined`: nobody has read all of it yet.
"""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from storage.backends.disk_folder import DiskFolder, exists, missing, sync
from storage.backends.disk_parts import JOINED, DiskParts
from storage.contract import ObjectMissing, StorageUnavailable, StoredObject
from storage.keys import (
    is_foreign_key,
    require_media_type,
    require_prefix,
    require_range,
    require_readable,
    require_seconds,
    require_sha256,
)
from storage.parts import PartStore
from storage.streams import BoundedReader, MeasuredStream


class DiskStore:
    """An ObjectStore on a local file system that can rename and lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = DiskFolder(folder)

    @property
    def parts(self) -> PartStore:
        return DiskParts(self._folder, self.stat)

    def put(
        self,
        key: str,
        stream: BinaryIO,
        *,
        media_type: str,
        limit_bytes: int | None = None,
        expected_sha256: str | None = None,
    ) -> StoredObject:
        home = self._folder.home(key)
        require_media_type(media_type)
        require_sha256(expected_sha256)
        if home.exists():
            raise exists(key)
        measured = MeasuredStream(stream, limit_bytes)
        with self._folder.arrival() as arrival:
            self._folder.receive(measured, arrival / "arriving")
            measured.verify(expected_sha256)
            with self._folder.speaking():
                sync(arrival / "arriving")
                os.rename(arrival / "arriving", arrival / measured.sha256)
                sync(arrival)
                self._folder.settle(key, arrival)
        return self.stat(key)

    def open(self, key: str, *, start: int = 0, length: int | None = None) -> BinaryIO:
        home = self._readable(key)
        require_range(start, length)
        with self._folder.speaking(missing(key)):
            source = _only_file(home).open("rb")
        if start == 0 and length is None:
            return source
        source.seek(start)
        left = max(0, os.fstat(source.fileno()).st_size - start)
        return io.BufferedReader(BoundedReader(source, left if length is None else min(left, length)))

    def stat(self, key: str) -> StoredObject:
        home = self._readable(key)
        with self._folder.speaking(missing(key)):
            file = _only_file(home)
            facts = file.stat()
        sha256 = None if file.name == JOINED else file.name
        return StoredObject(key, facts.st_size, sha256, datetime.fromtimestamp(facts.st_mtime, UTC))

    def delete(self, key: str) -> None:
        home = self._folder.home(key)
        with self._folder.speaking(), self._folder.arrival() as arrival:
            try:
                os.rename(home, arrival / "leaving")
            except FileNotFoundError:
                return
            sync(home.parent)

    def keys(self, prefix: str = "") -> Iterator[StoredObject]:
        require_prefix(prefix)
        objects = self._folder.objects
        with self._folder.speaking():
            shards = [objects / name for name in os.listdir(objects)]
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
        with self._folder.speaking(), self._folder.arrival() as arrival:
            if not self._folder.objects.is_dir():
                raise StorageUnavailable(
                    f"The folder {self._folder.objects} is gone; restore it from a backup."
                )
            (arrival / "probe").write_bytes(b"writable")

    def _readable(self, key: str) -> Path:
        # A folder of ours holds nothing that was there before us, and such a key must never become a path.
        if is_foreign_key(key):
            raise missing(key)
        return self._folder.home(key)


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
