"""The names of the streams in an OLE compound file (Office 97-2003, encrypted Office, Outlook, installers)."""

from __future__ import annotations

import struct
from typing import BinaryIO

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
INSTALLER_CLASS = bytes.fromhex("84100c0000000000c000000000000046")
"""Class of the root storage of an .msi file."""

_ENTRY_BYTES = 128
_SECTORS_READ = 512  # 4 to 16 thousand entries; the names looked for stand near the front
_FAT_IN_HEADER = 109
_LAST_SECTOR = 0xFFFFFFFA  # [MS-CFB] 2.1: greater numbers are marks, not sectors


def read_directory(file: BinaryIO) -> tuple[frozenset[str], bytes]:
    """Give the names of all storages and streams, and the root's class; what is damaged gives fewer names."""
    file.seek(0)
    header = file.read(512)
    if len(header) < 512 or not header.startswith(SIGNATURE):
        return frozenset(), b""
    sector_bytes = 1 << min(struct.unpack_from("<H", header, 30)[0], 12)
    if sector_bytes < 512:
        return frozenset(), b""
    fat_sectors = struct.unpack_from(f"<{_FAT_IN_HEADER}I", header, 76)
    sector = struct.unpack_from("<I", header, 48)[0]
    names: set[str] = set()
    root_class = b""
    seen: set[int] = set()
    while sector < _LAST_SECTOR and sector not in seen and len(seen) < _SECTORS_READ:
        seen.add(sector)
        content = _sector(file, sector, sector_bytes)
        for start in range(0, len(content) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
            entry = content[start : start + _ENTRY_BYTES]
            name_bytes = min(struct.unpack_from("<H", entry, 64)[0], 64)
            if name_bytes < 2:
                continue
            names.add(entry[: name_bytes - 2].decode("utf-16-le", "replace"))
            if entry[66] == 5:
                root_class = entry[80:96]
        sector = _next_sector(file, sector, sector_bytes, fat_sectors)
    return frozenset(names), root_class


def _sector(file: BinaryIO, number: int, sector_bytes: int) -> bytes:
    file.seek((number + 1) * sector_bytes)
    return file.read(sector_bytes)


def _next_sector(file: BinaryIO, number: int, sector_bytes: int, fat_sectors: tuple[int, ...]) -> int:
    per_sector = sector_bytes // 4
    which = number // per_sector
    if which >= len(fat_sectors) or fat_sectors[which] >= _LAST_SECTOR:
        return _LAST_SECTOR
    table = _sector(file, fat_sectors[which], sector_bytes)
    offset = number % per_sector * 4
    return int(struct.unpack_from("<I", table, offset)[0]) if len(table) >= offset + 4 else _LAST_SECTOR
