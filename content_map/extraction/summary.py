"""Title and author that Office 97-2003 keeps in a property set beside the document."""

from __future__ import annotations

import codecs
import struct

from content_map.extraction.contract import About
from content_map.extraction.ole import Compound

STREAM = "\x05SummaryInformation"
# [MS-OLEPS] 2.15, 2.18.1: where the first property set begins, and the types and numbers of its values.
_FIRST_SET_AT = 44
_CODE_PAGE, _TITLE, _AUTHOR = 1, 2, 4
_SHORT, _BYTES, _WIDE = 2, 0x1E, 0x1F
_MOST_PROPERTIES = 100
_MOST_BYTES = 64 * 1024


def summary(compound: Compound) -> About:
    """What the property set says; nothing when it is missing or damaged."""
    entry = compound.members().get(STREAM)
    content = b"" if entry is None else compound.read(entry, _MOST_BYTES)
    try:
        values = _values(content)
    except struct.error:
        return About()
    return About(title=values.get(_TITLE), author=values.get(_AUTHOR))


def _values(content: bytes) -> dict[int, str]:
    start = struct.unpack_from("<I", content, _FIRST_SET_AT)[0]
    count = min(struct.unpack_from("<I", content, start + 4)[0], _MOST_PROPERTIES)
    places = dict(struct.unpack_from("<II", content, start + 8 + index * 8) for index in range(count))
    encoding = "cp1252"
    if _CODE_PAGE in places:
        kind, page = struct.unpack_from("<IH", content, start + places[_CODE_PAGE])
        encoding = code_page(page) if kind == _SHORT else encoding
    return {
        number: _text(content, start + places[number], encoding)
        for number in (_TITLE, _AUTHOR)
        if number in places
    }


def _text(content: bytes, place: int, encoding: str) -> str:
    kind, length = struct.unpack_from("<II", content, place)
    if kind == _WIDE:
        return content[place + 8 : place + 8 + length * 2].decode("utf-16-le", "replace").rstrip("\0")
    if kind == _BYTES:
        return content[place + 8 : place + 8 + length].decode(encoding, "replace").rstrip("\0")
    return ""


def code_page(number: int) -> str:
    """The encoding that Windows calls by this number; its own Latin one where there is none such."""
    named = {65001: "utf-8", 1200: "utf-16-le", 20127: "ascii", 28591: "iso-8859-1", 10000: "mac-roman"}
    if number in named:
        return named[number]
    if 28592 <= number <= 28606:
        return f"iso-8859-{number - 28590}"
    try:
        return codecs.lookup(f"cp{number}").name
    except LookupError:
        return "cp1252"
