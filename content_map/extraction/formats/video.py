"""Video: recognised and stored; what is said in it is not read."""

from __future__ import annotations

from collections.abc import Iterator

from content_map.domain.assets import Kind
from content_map.extraction.contract import About, Block, Format, Item
from content_map.extraction.problem import PROBLEMS, Code
from content_map.extraction.source import Source

_SOUND_BRANDS = (b"M4A ", b"M4B ", b"F4A ")
_PICTURE_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"heif", b"mif1", b"msf1", b"crx ", b"jp2 ")


def _media_type(head: bytes) -> str | None:
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in _SOUND_BRANDS or brand in _PICTURE_BRANDS:
            return None
        return "video/quicktime" if brand == b"qt  " else "video/mp4"
    if head[4:8] in {b"moov", b"mdat", b"wide"}:
        return "video/quicktime"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return "video/x-msvideo"
    if head.startswith(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"):
        return "video/x-ms-wmv"
    if head.startswith((b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3")):
        return "video/mpeg"
    return None


def _read(source: Source) -> Iterator[Item]:
    yield About(media_type=_media_type(source.head))
    yield Block("Video", "")
    yield PROBLEMS[Code.MEDIA]


FORMAT = Format(
    name="Video",
    kind=Kind.VIDEO,
    media_type="video/mp4",
    extensions=("mp4", "mov", "m4v", "webm", "mkv", "avi", "wmv", "mpg"),
    recognises=lambda source: _media_type(source.head) is not None,
    read=_read,
    counts_text=False,
)
