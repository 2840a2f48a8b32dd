"""Word 97-2003: title and author from its properties; its pages only by way of LibreOffice."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from content_map.domain.assets import Kind
from content_map.extraction.contract import Format, Item
from content_map.extraction.problem import PROBLEMS, Code, refuse
from content_map.extraction.source import Source
from content_map.extraction.summary import summary

_MAIN = "WordDocument"
_MARK, _FLAGS_AT, _ENCRYPTED = 0xA5EC, 10, 0x0100  # [MS-DOC] 2.5.2: FibBase


def _read(source: Source) -> Iterator[Item]:
    entry = source.compound.members().get(_MAIN)
    head = b"" if entry is None else source.compound.read(entry, 64)
    if _is_encrypted(head):
        raise refuse(Code.ENCRYPTED)
    yield summary(source.compound)
    yield PROBLEMS[Code.NEEDS_OFFICE]


def _is_encrypted(head: bytes) -> bool:
    if len(head) < _FLAGS_AT + 2 or struct.unpack_from("<H", head)[0] != _MARK:
        return False
    flags: int = struct.unpack_from("<H", head, _FLAGS_AT)[0]
    return flags & _ENCRYPTED != 0


FORMAT = Format(
    name="Word 97-2003",
    kind=Kind.DOCUMENT,
    media_type="application/msword",
    extensions=("doc", "dot"),
    recognises=lambda source: _MAIN in source.ole_names,
    read=_read,
    counts_text=False,
)
