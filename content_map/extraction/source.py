"""One document as its readers see it: open file, size, first bytes, and what kind of container it is."""

from __future__ import annotations

from functools import cached_property
from typing import BinaryIO

from content_map.extraction import ole
from content_map.extraction.limits import Limits
from content_map.extraction.package import Package
from content_map.extraction.problem import Refusal
from content_map.extraction.text import decode, is_textual

HEAD_BYTES = 64 * 1024
_ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")


class Source:
    """What is inspected lazily is inspected once; only the child process makes one."""

    def __init__(self, file: BinaryIO, size_bytes: int, limits: Limits) -> None:
        self.file = file
        self.size_bytes = size_bytes
        self.limits = limits
        file.seek(0)
        self.head = file.read(HEAD_BYTES)

    def read(self, most_bytes: int | None = None) -> bytes:
        """The bytes from the start, all or at most so many."""
        self.file.seek(0)
        return self.file.read(-1 if most_bytes is None else most_bytes)

    @property
    def is_zip(self) -> bool:
        """It begins as a zip does."""
        return self.head.startswith(_ZIP_SIGNATURES)

    @cached_property
    def package(self) -> Package:
        """The zip; raises Refusal when a guard or damage forbids to open it."""
        return Package(self.file, self.limits)

    @cached_property
    def main_type(self) -> str:
        """Content type of an Office package's main part, or the OpenDocument type, lower case; else empty."""
        if not self.is_zip:
            return ""
        if self.package.has("mimetype"):
            return self.package.read("mimetype")[:200].decode("ascii", "replace").strip().lower()
        if not self.package.has("[Content_Types].xml"):
            return ""
        types = {
            (entry.get("PartName") or "").lstrip("/").lower(): entry.get("ContentType") or ""
            for entry in self.package.xml("[Content_Types].xml")
        }
        return types.get(self.main_part.lower(), "").lower()

    @cached_property
    def main_part(self) -> str:
        """Name of an Office package's main part, by its relation, else by where programs put it."""
        for relation in self.package.relations("").values():
            if relation.kind == "officeDocument" and self.package.has(relation.target):
                return relation.target
        usual = ("ppt/presentation.xml", "word/document.xml", "xl/workbook.xml")
        return next((name for name in usual if self.package.has(name)), "")

    @cached_property
    def compound(self) -> ole.Compound:
        """The OLE file; only for one that begins as such."""
        return ole.Compound(self.file, self.limits.compound_entries)

    @cached_property
    def ole_names(self) -> frozenset[str]:
        """Names of streams in an OLE file; none for every other file."""
        return self.compound.names if self.head.startswith(ole.SIGNATURE) else frozenset()

    @cached_property
    def ole_class(self) -> bytes:
        """Class of an OLE file's root."""
        return self.compound.class_id if self.head.startswith(ole.SIGNATURE) else b""

    @cached_property
    def head_text(self) -> str | None:
        """The first bytes as text, None when they are not text."""
        return decode(self.head) if is_textual(self.head) else None


def opens_as_zip(source: Source) -> bool:
    """Say whether its directory can be read; never raises."""
    try:
        return source.is_zip and bool(source.package.names)
    except Refusal:
        return False
