"""Uploads in parts on disk: each part goes to its place in one file, so that joining them is a rename.

An upload is a folder `parts/<name>` with `upload.json` (its key and part size), `object/joined` (the bytes so
far, with holes) and one empty file in `arrived` for each part that is whole, named for number, size and etag.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from storage.backends.disk_folder import PRIVATE_FILE, PRIVATE_FOLDER, DiskFolder, exists, sync, write_at
from storage.contract import ObjectMissing, StoredObject
from storage.keys import require_key, require_media_type, require_prefix, require_seconds
from storage.parts import (
    OpenUpload,
    Part,
    PartsMismatch,
    UploadMissing,
    matched,
    require_number,
    require_part_bytes,
)
from storage.streams import MeasuredStream

JOINED = "joined"
_BLOCK_BYTES = 1024 * 1024
_NAME = re.compile(r"[0-9a-f]{32}")
_MARK = re.compile(r"(\d{5})\.(\d+)\.([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class _Begun:
    """An upload's own folder, and what was said when it began."""

    folder: Path
    key: str
    part_bytes: int

    @property
    def joined(self) -> Path:
        return self.folder / "object" / JOINED

    @property
    def arrived(self) -> Path:
        return self.folder / "arrived"


class DiskParts:
    """The PartStore of a folder. An etag is the part's SHA-256."""

    def __init__(self, folder: DiskFolder, stat: Callable[[str], StoredObject]) -> None:
        self._folder = folder
        self._stat = stat

    def begin(self, key: str, *, media_type: str, part_bytes: int) -> str:
        home = self._folder.home(key)
        require_media_type(media_type)
        require_part_bytes(part_bytes)
        if home.exists():
            raise exists(key)
        upload = uuid.uuid4().hex
        with self._folder.speaking(), self._folder.arrival() as arrival:
            for name in ("object", "arrived"):
                (arrival / name).mkdir(mode=PRIVATE_FOLDER)
            said = json.dumps({"key": key, "part_bytes": part_bytes}).encode()
            for file, content in (("upload.json", said), ("lock", b""), (f"object/{JOINED}", b"")):
                _write_new(arrival / file, content)
            sync(arrival)
            os.rename(arrival, self._folder.parts / upload)
            sync(self._folder.parts)
        return upload

    def link(self, key: str, upload: str, number: int, *, seconds: int) -> str | None:  # noqa: ARG002
        require_key(key)
        require_number(number)
        require_seconds(seconds)
        return None

    def put(self, key: str, upload: str, number: int, stream: BinaryIO, *, limit_bytes: int) -> Part:
        require_number(number)
        begun = self._begun(key, upload)
        measured = MeasuredStream(stream, min(limit_bytes, begun.part_bytes))
        # Received apart and then copied: a slow or broken sender never touches a part that is whole.
        with self._folder.arrival() as arrival:
            self._folder.receive(measured, arrival / "part")
            part = Part(number, measured.size_bytes, measured.sha256)
            with self._folder.speaking(_gone()), _locked(begun):
                if part not in _present(begun):
                    _place(begun, part, arrival / "part")
        return part

    def present(self, key: str, upload: str) -> Sequence[Part]:
        begun = self._begun(key, upload)
        with self._folder.speaking(_gone()):
            return _present(begun)

    def complete(self, key: str, upload: str, parts: Sequence[tuple[int, str]]) -> StoredObject:
        try:
            begun = self._begun(key, upload)
            with self._folder.speaking(_gone()), _locked(begun):
                # Not there: a process was killed between the rename and the tidying.
                if begun.joined.exists():
                    self._join(begun, parts)
                shutil.rmtree(begun.folder, ignore_errors=True)
        except UploadMissing:
            with suppress(ObjectMissing):
                return self._stat(key)
            raise
        return self._stat(key)

    def abort(self, key: str, upload: str) -> None:
        try:
            begun = self._begun(key, upload)
        except UploadMissing:
            return
        with self._folder.speaking(), self._folder.arrival() as arrival:
            with suppress(FileNotFoundError):
                os.rename(begun.folder, arrival / "leaving")
            sync(self._folder.parts)

    def origin(self) -> str | None:
        return None

    def open_to(self, origins: Sequence[str]) -> bool:  # noqa: ARG002
        return False

    def walk(self, prefix: str = "") -> Iterator[OpenUpload]:
        require_prefix(prefix)
        with self._folder.speaking():
            names = sorted(os.listdir(self._folder.parts))
        for name in names:
            with suppress(FileNotFoundError):
                file = self._folder.parts / name / "upload.json"
                key = json.loads(file.read_bytes())["key"]
                if key.startswith(prefix):
                    yield OpenUpload(key, name, datetime.fromtimestamp(file.stat().st_mtime, UTC))

    def _begun(self, key: str, upload: str) -> _Begun:
        require_key(key)
        if _NAME.fullmatch(upload) is None:
            raise _gone()
        folder = self._folder.parts / upload
        with self._folder.speaking(_gone()):
            said = json.loads((folder / "upload.json").read_bytes())
        if said["key"] != key:
            raise _gone()
        return _Begun(folder, key, said["part_bytes"])

    def _join(self, begun: _Begun, claimed: Sequence[tuple[int, str]]) -> None:
        parts = matched(_present(begun), claimed)
        if any(part.size_bytes != begun.part_bytes for part in parts[:-1]):
            raise PartsMismatch(f"Every part but the last has {begun.part_bytes:,} bytes.")
        # A part sent beyond the last one that is named would otherwise stay at the end.
        os.truncate(begun.joined, sum(part.size_bytes for part in parts))
        sync(begun.joined)
        sync(begun.joined.parent)
        self._folder.settle(begun.key, begun.joined.parent)


def _present(begun: _Begun) -> list[Part]:
    marks = [_MARK.fullmatch(name) for name in os.listdir(begun.arrived)]
    found = [Part(int(mark[1]), int(mark[2]), mark[3]) for mark in marks if mark is not None]
    return sorted(found, key=lambda part: part.number)


def _place(begun: _Begun, part: Part, received: Path) -> None:
    """Copy a received part to its place; while that lasts no mark says that the place is whole."""
    for old in _present(begun):
        if old.number == part.number:
            (begun.arrived / _mark(old)).unlink()
            sync(begun.arrived)
    target = os.open(begun.joined, os.O_WRONLY)
    try:
        with received.open("rb") as source:
            offset = (part.number - 1) * begun.part_bytes
            while block := source.read(_BLOCK_BYTES):
                write_at(target, block, offset)
                offset += len(block)
        os.fsync(target)
    finally:
        os.close(target)
    _write_new(begun.arrived / _mark(part), b"")
    sync(begun.arrived)


def _mark(part: Part) -> str:
    return f"{part.number:05}.{part.size_bytes}.{part.etag}"


@contextmanager
def _locked(begun: _Begun) -> Iterator[None]:
    """Hold the upload for ourselves, for as long as it takes to copy one part that is on this disk."""
    lock = os.open(begun.folder / "lock", os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _write_new(file: Path, content: bytes) -> None:
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _gone() -> UploadMissing:
    return UploadMissing("There is no such upload; it was completed, aborted or never begun.")
