"""OLE compound files (Office 97-2003, encrypted Office, Outlook, installers): their directory and streams."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
INSTALLER_CLASS = bytes.fromhex("84100c0000000000c000000000000046")
"""Class of the root storage of an .msi file."""

# [MS-CFB] 2.2, 2.4 and 2.6; its 2.1 calls greater sector numbers marks, not sectors.
_LAST_SECTOR = 0xFFFFFFFA
_NO_ENTRY = 0xFFFFFFFF
_ENTRY_BYTES = 128
_SMALL_SECTOR_BYTES = 64
_FAT_IN_HEADER = 109
_MOST_FAT_LISTS = 1_024
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass(frozen=True, slots=True)
class Entry:
    """A storage or a stream; the numbers point to other entries of the directory."""

    name: str
    kind: int
    left: int
    right: int
    child: int
    class_id: bytes
    start: int
    size_bytes: int

    @property
    def is_storage(self) -> bool:
        """It holds entries, not bytes."""
        return self.kind in {_STORAGE, _ROOT}


class Compound:
    """One compound file; what is damaged gives fewer names and fewer bytes, and never an error."""

    def __init__(self, file: BinaryIO, most_entries: int) -> None:
        """Read the header; at most `most_entries` of the directory are believed."""
        self._file = file
        self._most_entries = most_entries
        file.seek(0)
        header = file.read(512)
        sector_bytes = 1 << min(struct.unpack_from("<H", header, 30)[0], 12) if len(header) == 512 else 0
        self._is_whole = header.startswith(SIGNATURE) and sector_bytes >= 512
        self._sector_bytes = sector_bytes
        self._header = header
        self._members: dict[int, dict[str, Entry]] = {}

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The directory; the root comes first."""
        if not self._is_whole:
            return ()
        found: list[Entry] = []
        for sector in self._chain(self._number(48)):
            content = self._sector(sector)
            starts = range(0, len(content) - _ENTRY_BYTES + 1, _ENTRY_BYTES)
            found += [_entry(content[start : start + _ENTRY_BYTES]) for start in starts]
            if len(found) >= self._most_entries:
                break
        return tuple(found)

    @property
    def names(self) -> frozenset[str]:
        """Names of all storages and streams, wherever they stand."""
        return frozenset(entry.name for entry in self.entries if entry.name)

    @property
    def class_id(self) -> bytes:
        """Class of the root."""
        return next((entry.class_id for entry in self.entries if entry.kind == _ROOT), b"")

    def members(self, storage: Entry | None = None) -> Mapping[str, Entry]:
        """Entries directly within a storage, or within the root, by name."""
        parent = storage or next((entry for entry in self.entries if entry.kind == _ROOT), None)
        if parent is None:
            return {}
        if parent.child not in self._members:
            self._members[parent.child] = self._walk(parent.child)
        return self._members[parent.child]

    def _walk(self, child: int) -> dict[str, Entry]:
        waiting = [child]
        found: dict[str, Entry] = {}
        seen: set[int] = set()
        while waiting:
            number = waiting.pop()
            if number in seen or number >= len(self.entries):
                continue
            seen.add(number)
            entry = self.entries[number]
            found[entry.name] = entry
            waiting += [entry.left, entry.right]
        return found

    def read(self, entry: Entry, most_bytes: int) -> bytes:
        """The first bytes of a stream, none of a storage."""
        if entry.kind != _STREAM:
            return b""
        wanted = min(entry.size_bytes, most_bytes)
        if entry.size_bytes < self._number(56):
            return self._read_small(entry.start, wanted)
        return self._read_large(entry.start, wanted)

    def _read_large(self, start: int, wanted: int) -> bytes:
        content = bytearray()
        for sector in self._chain(start):
            if len(content) >= wanted:
                break
            content += self._sector(sector)
        return bytes(content[:wanted])

    def _read_small(self, start: int, wanted: int) -> bytes:
        content = bytearray()
        seen: set[int] = set()
        while len(content) < wanted and start < _LAST_SECTOR and start not in seen:
            seen.add(start)
            place = start * _SMALL_SECTOR_BYTES
            content += self._in_small_sectors(place, _SMALL_SECTOR_BYTES)
            table = self._small_table
            start = (
                struct.unpack_from("<I", table, start * 4)[0] if start * 4 + 4 <= len(table) else _NO_ENTRY
            )
        return bytes(content[:wanted])

    def _in_small_sectors(self, place: int, length: int) -> bytes:
        which, within = divmod(place, self._sector_bytes)
        if which >= len(self._small_sectors):
            return b""
        self._file.seek((self._small_sectors[which] + 1) * self._sector_bytes + within)
        return self._file.read(length)

    @cached_property
    def _small_sectors(self) -> list[int]:
        root = next((entry for entry in self.entries if entry.kind == _ROOT), None)
        return [] if root is None else list(self._chain(root.start))

    @cached_property
    def _small_table(self) -> bytes:
        return b"".join(self._sector(sector) for sector in self._chain(self._number(60)))

    def _chain(self, sector: int) -> Iterator[int]:
        """Sectors one behind the other; a circle ends it."""
        per_sector = self._sector_bytes // 4
        held, table = -1, b""
        seen: set[int] = set()
        while sector < _LAST_SECTOR and sector not in seen:
            seen.add(sector)
            yield sector
            which = sector // per_sector
            if which >= len(self._fat_sectors):
                return
            if which != held:
                held, table = which, self._sector(self._fat_sectors[which])
            offset = sector % per_sector * 4
            sector = struct.unpack_from("<I", table, offset)[0] if len(table) >= offset + 4 else _NO_ENTRY

    @cached_property
    def _fat_sectors(self) -> list[int]:
        found = list(struct.unpack_from(f"<{_FAT_IN_HEADER}I", self._header, 76))
        following, seen = self._number(68), set[int]()
        while following < _LAST_SECTOR and following not in seen and len(seen) < _MOST_FAT_LISTS:
            seen.add(following)
            content = self._sector(following)
            numbers = struct.unpack_from(f"<{len(content) // 4}I", content)
            found += numbers[:-1]
            following = numbers[-1] if numbers else _NO_ENTRY
        return found

    def _sector(self, number: int) -> bytes:
        if number >= _LAST_SECTOR:
            return b""
        self._file.seek((number + 1) * self._sector_bytes)
        return self._file.read(self._sector_bytes)

    def _number(self, offset: int) -> int:
        return int(struct.unpack_from("<I", self._header, offset)[0])


def _entry(raw: bytes) -> Entry:
    name_bytes = min(struct.unpack_from("<H", raw, 64)[0], 64)
    name = raw[: max(name_bytes - 2, 0)].decode("utf-16-le", "replace")
    left, right, child = struct.unpack_from("<III", raw, 68)
    # Only the lower half of the size counts in files of version 3, and none that is read is larger.
    start, size_bytes = struct.unpack_from("<II", raw, 116)
    return Entry(name, raw[66], left, right, child, raw[80:96], start, size_bytes)
