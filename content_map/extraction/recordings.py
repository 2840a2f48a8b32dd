"""Which first bytes are those of film or sound: nothing is parsed, so anybody may ask."""

from __future__ import annotations

_SOUND_BRANDS = (b"M4A ", b"M4B ", b"F4A ")
_PICTURE_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"heif", b"mif1", b"msf1", b"crx ", b"jp2 ")
_RESERVED = 3


def is_recording(head: bytes) -> bool:
    """Say whether a file that begins so is film or sound."""
    return video_type(head) is not None or audio_type(head) is not None


def video_type(head: bytes) -> str | None:
    """Media type of film, None for everything else."""
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


def audio_type(head: bytes) -> str | None:
    """Media type of sound, None for everything else."""
    if head[4:8] == b"ftyp" and head[8:12] in _SOUND_BRANDS:
        return "audio/mp4"
    if head.startswith(b"\xff\xfe"):  # text in UTF-16, though the bits would be those of a frame
        return None
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
