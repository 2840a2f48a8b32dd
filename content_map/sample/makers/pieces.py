"""What every maker is given, and the vendor's brand that all of them share."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime

from content_map.sample.manuscripts import Section

VENDOR = "Averholt"
TAGLINE = "Keep the place running"
INK = "14323A"
TEXT = "263B41"
QUIET = "6A7B80"
ACCENT = "D9532C"
SAND = "F4EEE6"
LINE = "DCD5CB"
PALE = "E8EFEF"
INTERNAL_MARK = "Internal: not for customers"

MADE_AT = datetime(2025, 1, 6, 9, tzinfo=UTC)  # fixed, so that the same source gives the same bytes
_ZIP_DATE = (2025, 1, 6, 9, 0, 0)
_STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@dataclass(frozen=True, slots=True)
class Piece:
    """One file to make. `mark` is printed on every page of a file that must stay inside the company."""

    title: str
    summary: str
    author: str
    mark: str
    sections: tuple[Section, ...]


def settle(archive: bytes) -> bytes:
    """Rewrite an office file with fixed dates: the libraries write the clock into every entry, into the
    properties, and again into the workbook behind each chart.
    """
    settled = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(settled, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith(".xlsx"):
                content = settle(content)
            elif name == "docProps/core.xml":
                content = _STAMP.sub(MADE_AT.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), content)
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return settled.getvalue()
