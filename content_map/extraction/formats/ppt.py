"""PowerPoint 97-2003: title and author from its properties; its slides only by way of LibreOffice."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from content_map.domain.assets import Kind
from content_map.extraction.contract import Format, Item
from content_map.extraction.problem import PROBLEMS, Code, refuse
from content_map.extraction.source import Source
from content_map.extraction.summary import summary

_MAIN, _USER = "PowerPoint Document", "Current User"
_TOKEN_AT, _ENCRYPTED = 12, 0xF3D1C4DF  # [MS-PPT] 2.3.2: CurrentUserAtom.headerToken


def _read(source: Source) -> Iterator[Item]:
    entry = source.compound.members().get(_USER)
    user = b"" if entry is None else source.compound.read(entry, 64)
    if len(user) >= _TOKEN_AT + 4 and struct.unpack_from("<I", user, _TOKEN_AT)[0] == _ENCRYPTED:
        raise refuse(Code.ENCRYPTED)
    yield summary(source.compound)
    yield PROBLEMS[Code.NEEDS_OFFICE]


FORMAT = Format(
    name="PowerPoint 97-2003",
    kind=Kind.DECK,
    media_type="application/vnd.ms-powerpoint",
    extensions=("ppt", "pps", "pot"),
    recognises=lambda source: _MAIN in source.ole_names,
    read=_read,
    counts_text=False,
)
