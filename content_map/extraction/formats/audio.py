"""Sound: recognised here; its length comes from ffmpeg, and what is said in it is not read."""

from __future__ import annotations

from collections.abc import Iterator

from content_map.domain.assets import Kind
from content_map.extraction.contract import About, Block, Format, Item
from content_map.extraction.problem import PROBLEMS, Code
from content_map.extraction.recordings import audio_type
from content_map.extraction.source import Source


def _read(source: Source) -> Iterator[Item]:
    yield About(media_type=audio_type(source.head))
    yield Block("Recording", "")
    yield PROBLEMS[Code.MEDIA]


FORMAT = Format(
    name="Sound",
    kind=Kind.AUDIO,
    media_type="audio/mpeg",
    extensions=("mp3", "m4a", "wav", "flac", "ogg", "aac", "aiff"),
    recognises=lambda source: audio_type(source.head) is not None,
    read=_read,
    counts_text=False,
)
