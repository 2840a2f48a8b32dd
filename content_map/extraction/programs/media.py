"""ffmpeg and ffprobe: how long a film or recording is, what it says in subtitles, and a picture of it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from content_map.extraction.limits import Limits
from content_map.extraction.programs.finding import Program, find
from content_map.extraction.programs.running import INPUT, workspace

# Playlists and lists of files, which ffmpeg reads too, name other files and addresses: none of these do.
_DEMUXERS = (
    *("mov", "matroska", "webm", "avi", "asf", "mpeg", "mpegvideo", "mpegts", "mp3", "wav", "w64", "flac"),
    *("ogg", "aiff", "aac", "flv"),
)
_SAFE = ("-protocol_whitelist", "file", "-format_whitelist", ",".join(_DEMUXERS))
_INPUT = f"file:{INPUT}"
_TEXT_SUBTITLES = frozenset(("subrip", "srt", "ass", "ssa", "mov_text", "webvtt", "text"))
_TITLE_CHARACTERS = 300
_SUBTITLE_CHARACTERS = 4_000_000
_POSTER_WIDTH = 1280
_LATEST_POSTER_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What a film or recording says of itself; `subtitles` is its first track of them as SubRip text."""

    duration_seconds: float | None
    has_video: bool
    has_audio: bool
    title: str | None = None
    author: str | None = None
    subtitles: str | None = None


def probe_media(path: Path, limits: Limits) -> MediaFacts | None:
    """Say how long it is, what it holds and what its subtitles say; None without ffprobe or for nothing playable."""
    program = find(Program.FFPROBE)
    if program is None:
        return None
    wanted = "format=duration:format_tags=title,artist:stream=codec_type,codec_name:stream_disposition=attached_pic"
    arguments = ["-v", "error", *_SAFE, "-show_entries", wanted, "-of", "json"]
    with workspace(limits) as place:
        answer = place.run(program, [*arguments, _INPUT], reading=path)
    found = _object(answer)
    streams = [entry for entry in _list(found.get("streams")) if isinstance(entry, dict)]
    if not streams:
        return None
    about = _dict(found.get("format"))
    tags = {str(name).lower(): value for name, value in _dict(about.get("tags")).items()}
    return MediaFacts(
        duration_seconds=_seconds(about.get("duration")),
        has_video=any(stream.get("codec_type") == "video" and not _is_cover(stream) for stream in streams),
        has_audio=any(stream.get("codec_type") == "audio" for stream in streams),
        title=_line(tags.get("title")),
        author=_line(tags.get("artist")),
        subtitles=_subtitles(path, streams, limits),
    )


def poster(path: Path, limits: Limits) -> bytes | None:
    """Give a frame near the start, or a recording's cover, as PNG; None where there is none.

    The bytes come from a program that read a stranger's file: decode them in the sandbox alone.
    """
    program = find(Program.FFMPEG)
    if program is None:
        return None
    with workspace(limits) as place:
        for start in (_LATEST_POSTER_SECONDS, 3.0, 0.0):
            frame = place.folder / "poster.png"
            shape = f"thumbnail=30,scale='min({_POSTER_WIDTH},iw)':-2"
            seek = ["-ss", str(start), *_SAFE, "-i", _INPUT]
            once = ["-map", "0:v:0", "-frames:v", "1", "-vf", shape, "-an", "-sn", "-y", str(frame)]
            place.run(program, ["-v", "error", "-nostdin", "-threads", "1", *seek, *once], reading=path)
            if frame.is_file() and not frame.is_symlink() and frame.stat().st_size:
                return frame.read_bytes()
    return None


def subtitles(path: Path, limits: Limits) -> str | None:
    """Give a film's first track of subtitles as WebVTT, which players understand; None where it has none."""
    program = find(Program.FFMPEG)
    return None if program is None else _track(program, path, 0, "webvtt", limits)


def _subtitles(path: Path, streams: Sequence[Mapping[str, object]], limits: Limits) -> str | None:
    tracks = [stream for stream in streams if stream.get("codec_type") == "subtitle"]
    place_of = next((n for n, each in enumerate(tracks) if each.get("codec_name") in _TEXT_SUBTITLES), None)
    program = find(Program.FFMPEG)
    if place_of is None or program is None:
        return None
    return _track(program, path, place_of, "srt", limits)


def _track(program: Path, path: Path, number: int, form: str, limits: Limits) -> str | None:
    with workspace(limits) as place:
        made = place.folder / "subtitles"
        reading = ["-v", "error", "-nostdin", *_SAFE, "-i", _INPUT]
        place.run(program, [*reading, "-map", f"0:s:{number}", "-f", form, "-y", str(made)], reading=path)
        if not made.is_file() or made.is_symlink():
            return None
        with made.open(encoding="utf-8", errors="replace") as text:
            return text.read(_SUBTITLE_CHARACTERS) or None


def _object(answer: bytes | None) -> dict[str, object]:
    with suppress(ValueError, RecursionError):
        return _dict(json.loads(answer or b"{}"))
    return {}


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _is_cover(stream: Mapping[str, object]) -> bool:
    return _dict(stream.get("disposition")).get("attached_pic") == 1


def _seconds(value: object) -> float | None:
    with suppress(ValueError):
        seconds = float(str(value))
        return seconds if math.isfinite(seconds) and seconds >= 0 else None
    return None


def _line(value: object) -> str | None:
    return " ".join(str(value).split())[:_TITLE_CHARACTERS] or None if value is not None else None
