"""What a picture says of itself in its EXIF, PNG and XMP fields: title, description, author."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PIL import Image

from content_map.extraction.problem import Refusal
from content_map.extraction.text import decode, is_textual, one_line
from content_map.extraction.xml import local, parse_xml

# Exif 2.32, 4.6.4; the last three are Windows' own, in UTF-16.
_DESCRIPTION, _ARTIST, _WINDOWS_TITLE, _WINDOWS_COMMENT, _WINDOWS_AUTHOR = (
    0x010E,
    0x013B,
    0x9C9B,
    0x9C9C,
    0x9C9D,
)
_WIDE = frozenset((_WINDOWS_TITLE, _WINDOWS_COMMENT, _WINDOWS_AUTHOR))
_MOST_CHARACTERS = 4_000
_MOST_XMP_BYTES = 1024 * 1024
_MACHINES = re.compile(
    r"(olympus|sony|samsung|kodak|minolta|pentax|nikon|canon)?\s*(digital (still )?camera|dsc\w*|processed by .*)"
    r"|created with .*|screenshot|screen ?shot.*|untitled|default|\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ImageNotes:
    """What was found; `description` may have lines."""

    title: str | None
    author: str | None
    description: str


def image_notes(image: Image.Image) -> ImageNotes:
    """Read the fields of an opened picture; what is damaged or written by a machine gives nothing."""
    exif, named, xmp = dict(_exif(image)), dict(_named(image)), dict(_xmp(image))
    title = _first(xmp.get("title"), named.get("title"), exif.get(_WINDOWS_TITLE))
    author = _first(xmp.get("creator"), named.get("author"), exif.get(_ARTIST), exif.get(_WINDOWS_AUTHOR))
    said = (
        *(title, xmp.get("description"), named.get("description"), named.get("comment")),
        *(exif.get(_DESCRIPTION), exif.get(_WINDOWS_COMMENT)),
    )
    return ImageNotes(title, author, "\n".join(dict.fromkeys(_telling(said))))


def _exif(image: Image.Image) -> Iterator[tuple[int, str]]:
    try:
        found = image.getexif()
        values = [(tag, found.get(tag)) for tag in (_DESCRIPTION, _ARTIST, *sorted(_WIDE))]
    except Exception:  # Pillow raises whatever a damaged block makes it meet; the picture itself is whole
        return
    for tag, value in values:
        if isinstance(value, bytes):
            yield tag, value.decode("utf-16-le", "replace") if tag in _WIDE else _text(value)
        elif isinstance(value, str):
            yield tag, value


def _named(image: Image.Image) -> Iterator[tuple[str, str]]:
    """PNG's text fields, and the comment of a JPEG or GIF."""
    for name, value in image.info.items():
        if isinstance(name, str) and name.lower() in {"title", "author", "description", "comment"}:
            text = _text(value) if isinstance(value, bytes) else value
            if isinstance(text, str):
                yield name.lower(), text


def _text(value: bytes) -> str:
    """Some keep other things in these fields: a file can be picture and sound at once."""
    return decode(value) if is_textual(value) else ""


def _xmp(image: Image.Image) -> Iterator[tuple[str, str]]:
    content = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    content = content.encode() if isinstance(content, str) else content
    if not isinstance(content, bytes) or not 0 < len(content) <= _MOST_XMP_BYTES:
        return
    try:
        root = parse_xml(content.strip(b"\0 \r\n"))
    except Refusal:
        return
    for element in root.iter("{*}title", "{*}description", "{*}creator"):
        first = next((entry.text for entry in element.iter("{*}li") if entry.text), None)
        if first:
            yield local(element), first


def _first(*texts: str | None) -> str | None:
    return next(_telling(texts), None)


def _telling(texts: Iterable[str | None]) -> Iterator[str]:
    for text in texts:
        tidy = one_line((text or "")[:_MOST_CHARACTERS])
        if tidy and _MACHINES.fullmatch(tidy) is None:
            yield tidy
