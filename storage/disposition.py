"""The Content-Disposition header of a download, for names in any script (RFC 6266, RFC 8187)."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f\\/:*?"<>|\u2028\u2029\ud800-\udfff]')
# A right-to-left override shows "gpj.exe" as "exe.jpg".
_DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ATTRIBUTE_CHARACTERS = "!#$&+-.^_`|~"  # RFC 8187 attr-char, letters and digits aside
_LONGEST_NAME_CHARACTERS = 150


def attachment(file_name: str) -> str:
    """Write the header's value: a plain ASCII name for old programs, the true one beside it."""
    name = _safe(file_name)
    fallback = _plain(name)
    header = f'attachment; filename="{fallback}"'
    if fallback == name:
        return header
    return f"{header}; filename*=UTF-8''{quote(name, safe=_ATTRIBUTE_CHARACTERS)}"


def _plain(name: str) -> str:
    letters = (c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    plain = "".join(letter if letter.isascii() else "_" for letter in letters)
    # RFC 6266, appendix D: some readers decode a percent sign in the plain form. Decomposing can bring
    # forbidden characters back: a full-width slash becomes a slash.
    return _FORBIDDEN.sub("_", plain).replace("%", "_")


def _safe(file_name: str) -> str:
    name = _FORBIDDEN.sub("_", _DIRECTION_MARKS.sub("", file_name)).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if len(name) > _LONGEST_NAME_CHARACTERS and dot:
        name = f"{stem[: _LONGEST_NAME_CHARACTERS - 1 - len(ending)]}.{ending}"
    return name[:_LONGEST_NAME_CHARACTERS] or "download"
