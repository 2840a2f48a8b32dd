"""Zip packages (Office and OpenDocument) read part by part, behind the guards against bombs."""

from __future__ import annotations

import posixpath
import struct
import sys
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from lxml import etree

from content_map.extraction.limits import Limits
from content_map.extraction.problem import Code, refuse
from content_map.extraction.xml import parse_xml

_CHUNK_BYTES = 256 * 1024
_ENCRYPTED_FLAG = 0x1


@dataclass(frozen=True, slots=True)
class Relation:
    """Where one part points: `target` is a part's name, or an address when `external`."""

    kind: str
    target: str
    external: bool


class Package:
    """One zip whose parts are unpacked only on request and never beyond the limits."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        """Read the directory only. Raises Refusal (corrupt, zip_entries, zip_bomb)."""
        self.limits = limits
        self._unpacked_bytes = 0
        try:
            self._zip = zipfile.ZipFile(file)
        except (
            zipfile.BadZipFile,
            zlib.error,
            struct.error,
            ValueError,
            OSError,
            NotImplementedError,
        ) as fault:
            raise refuse(Code.CORRUPT) from fault
        entries = self._zip.infolist()
        if len(entries) > limits.zip_entries:
            raise refuse(Code.ZIP_ENTRIES)
        if sum(entry.file_size for entry in entries) > limits.zip_total_bytes:
            raise refuse(Code.ZIP_BOMB)
        self._entries = {_key(entry.filename): entry for entry in entries}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all parts, lower case, with forward slashes."""
        return tuple(self._entries)

    @property
    def has_encrypted_parts(self) -> bool:
        """Some part needs a password to be unpacked."""
        return any(entry.flag_bits & _ENCRYPTED_FLAG for entry in self._entries.values())

    def has(self, name: str) -> bool:
        """Say whether there is such a part, upper and lower case alike."""
        return _key(name) in self._entries

    def read(self, name: str) -> bytes:
        """Unpack one part; raises Refusal when it is missing, damaged, encrypted or beyond a limit."""
        entry = self._entries.get(_key(name))
        if entry is None:
            raise refuse(Code.CORRUPT)
        if entry.flag_bits & _ENCRYPTED_FLAG:
            raise refuse(Code.ENCRYPTED)
        # ZipExtFile stops at the declared size; declaring more makes it run to the stream's real end.
        entry.file_size = sys.maxsize
        data = bytearray()
        try:
            with self._zip.open(entry) as part:
                while chunk := part.read(_CHUNK_BYTES):
                    data += chunk
                    self._judge(len(data), len(chunk), entry.compress_size)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as fault:
            raise refuse(Code.CORRUPT) from fault
        except RuntimeError as fault:
            raise refuse(Code.ENCRYPTED) from fault
        return bytes(data)

    def xml(self, name: str) -> etree._Element:
        """Unpack and parse one part; raises Refusal."""
        return parse_xml(self.read(name))

    def optional_xml(self, name: str | None) -> etree._Element | None:
        """Parse a part that may be missing or damaged without harm to the rest; guards still refuse."""
        if name is None or not self.has(name):
            return None
        return self.xml(name)

    def relations(self, name: str) -> dict[str, Relation]:
        """Relations of a part by id; none when the part has no relations."""
        folder, _, base = name.rpartition("/")
        root = self.optional_xml(f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels")
        if root is None:
            return {}
        found = {}
        for entry in root:
            identity, target = entry.get("Id"), entry.get("Target")
            if identity is None or target is None:
                continue
            external = entry.get("TargetMode") == "External"
            kind = (entry.get("Type") or "").rpartition("/")[2]
            found[identity] = Relation(kind, target if external else _resolve(folder, target), external)
        return found

    def _judge(self, part_bytes: int, new_bytes: int, packed_bytes: int) -> None:
        self._unpacked_bytes += new_bytes
        if part_bytes > self.limits.part_bytes:
            raise refuse(Code.PART_TOO_BIG)
        if self._unpacked_bytes > self.limits.zip_total_bytes:
            raise refuse(Code.ZIP_BOMB)
        if part_bytes > self.limits.ratio_from_bytes and part_bytes > packed_bytes * self.limits.ratio:
            raise refuse(Code.ZIP_BOMB)


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _resolve(folder: str, target: str) -> str:
    path = target.partition("#")[0]
    return posixpath.normpath(path if path.startswith("/") else posixpath.join(folder, path)).lstrip("/")
