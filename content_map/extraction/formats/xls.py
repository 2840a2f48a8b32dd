"""Excel 97-2003 by calamine."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from content_map.domain.assets import Kind
from content_map.extraction.contract import Format, Item
from content_map.extraction.problem import Code, refuse
from content_map.extraction.sheets import sheet_pages
from content_map.extraction.source import Source
from content_map.extraction.summary import summary

_GLOBALS = re.compile(rb"\x09\x08[\x08\x10]\x00\x00[\x05\x06]\x05\x00")  # BOF of the globals, BIFF 5 and 8
_FILE_PASS = 0x2F
_RECORDS_LOOKED_AT = 4
_STREAMS = frozenset(("Workbook", "Book"))


def _recognises(source: Source) -> bool:
    # A Word or PowerPoint file may hold a workbook inside it.
    return not source.ole_names.isdisjoint(_STREAMS) and source.ole_names.isdisjoint(
        ("WordDocument", "PowerPoint Document")
    )


def _read(source: Source) -> Iterator[Item]:
    if _is_encrypted(source.read()):
        raise refuse(Code.ENCRYPTED)
    yield summary(source.compound)
    yield from sheet_pages(source.file, source.limits)


def _is_encrypted(content: bytes) -> bool:
    """Look for a FilePass record behind the workbook's first one, where [MS-XLS] 2.1.7.20.3 puts it.

    Calamine takes the bytes of an encrypted workbook for an unknown format.
    """
    for start in _GLOBALS.finditer(content):
        position = start.start()
        for _ in range(_RECORDS_LOOKED_AT):
            if position + 4 > len(content):
                break
            kind, length = struct.unpack_from("<HH", content, position)
            if kind == _FILE_PASS:
                return True
            position += 4 + length
    return False


FORMAT = Format(
    name="Excel 97-2003",
    kind=Kind.SHEET,
    media_type="application/vnd.ms-excel",
    extensions=("xls",),
    recognises=_recognises,
    read=_read,
)
