"""Subtitles (WebVTT and SubRip): what is said, a page for about every two minutes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content_map.domain.assets import Kind
from content_map.extraction.contract import About, Block, Format, Item
from content_map.extraction.source import Source
from content_map.extraction.text import decode

_TIMES = re.compile(
    r"^[ \t]*(?:(\d{1,4}):)?(\d{1,2}):(\d{2})[.,]\d{1,3}[ \t]+-->[ \t]+(?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
)
_SUBRIP = re.compile(r"\A\ufeff?\s*\d{1,6}[ \t]*\r?\n[ \t]*\d{1,4}:\d{2}:\d{2}[.,]\d{1,3}[ \t]+-->")
_SPEAKER = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]+([^<>]{1,200})>")
_TAG = re.compile(r"<[^<>\n]{0,200}>|\{\\[^{}\n]{0,200}\}")
_PAGE_SECONDS = 120


def _recognises(source: Source) -> bool:
    text = source.head_text
    if text is None:
        return False
    return re.match(r"\ufeff?WEBVTT([ \t\r\n]|$)", text) is not None or _SUBRIP.match(text) is not None


def _read(source: Source) -> Iterator[Item]:
    text = (
        decode(source.read(source.limits.document_characters * 4)).replace("\r\n", "\n").replace("\r", "\n")
    )
    if text.lstrip("\ufeff").startswith("WEBVTT"):
        yield About(media_type="text/vtt")
    start, lines = 0, list[str]()
    for seconds, said in _cues(text):
        if lines and seconds // _PAGE_SECONDS != start // _PAGE_SECONDS:
            yield Block(f"From {_clock(start)}", "\n".join(lines))
            lines = []
        if not lines:
            start = seconds
        if not lines or said != lines[-1]:  # live captions repeat the line above
            lines.append(said)
    if lines:
        yield Block(f"From {_clock(start)}", "\n".join(lines))


def _cues(text: str) -> Iterator[tuple[int, str]]:
    """Each cue's first second and its words."""
    for block in re.split(r"\n[ \t]*\n", text):
        lines = block.strip("\n").split("\n")
        for index, line in enumerate(lines[:2]):
            times = _TIMES.match(line)
            if times is None:
                continue
            hours, minutes, seconds = (int(part or 0) for part in times.groups())
            said = " ".join(_TAG.sub("", _SPEAKER.sub(r"\1: ", each)).strip() for each in lines[index + 1 :])
            if said.strip():
                yield hours * 3600 + minutes * 60 + seconds, said.strip()
            break


def _clock(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


FORMAT = Format(
    name="Subtitles",
    kind=Kind.TEXT,
    media_type="application/x-subrip",
    extensions=("vtt", "srt"),
    recognises=_recognises,
    read=_read,
    order=10,
)
