"""Sound: recognised and stored; what is said in it is not read."""

from __future__ import annotations

from collections.abc import Iterator

from content_map.domain.assets import Kind
from content_map.extraction.contract import About, Block, Format, Item
from content_map.extraction.problem import PROBLEMS, Code
from content_map.extraction.source import Source

_RESERVED = 3


def _media_type(head: bytes) -> str | None:
    if head[4:8] == b"ftyp" and head[8:12] in {b"M4A ", b"M4B ", b"F4A "}:
        return "audio/mp4"
    if head.startswith(b"ID3") or _is_mpeg_frame(head):
        return "audio/mpeg"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "audio/wav"
    if head.startswith(b"fLaC"):
        return "audio/flac"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    if head.startswith(b"FORM") and head[8:12] in {b"AIFF", b"AIFC"}:
        return "audio/aiff"
    return None


def _is_mpeg_frame(head: bytes) -> bool:
    """Eleven set bits, then a version, layer, bit rate and sampling rate that exist (ISO 11172-3, 2.4.1.3)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    rate, sampling = head[2] >> 4, head[2] >> 2 & 3
    if layer == 0:  # ADTS: the same start, always layer 0, and MPEG-4 or 2 alone
        return head[1] & 0xF6 == 0xF0
    return version != 1 and rate not in {0, 15} and sampling != _RESERVED


def _read(source: Source) -> Iterator[Item]:
    yield About(media_type=_media_type(source.head))
    yield Block("Recording", "")
    yield PROBLEMS[Code.MEDIA]


FORMAT = Format(
    name="Sound",
    kind=Kind.AUDIO,
    media_type="audio/mpeg",
    extensions=("mp3", "m4a", "wav", "flac", "ogg", "aac", "aiff"),
    recognises=lambda source: (
        _media_type(source.head) is not None and not source.head.startswith(b"\xff\xfe")
    ),
    read=_read,
    counts_text=False,
)
