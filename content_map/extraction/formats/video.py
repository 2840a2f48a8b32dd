"""Video: recognised here; its length and subtitles come from ffmpeg."""

from __future__ import annotations

from collections.abc import Iterator

from content_map.domain.assets import Kind
from content_map.extraction.contract import About, Block, Format, Item
from content_map.extraction.problem import PROBLEMS, Code
from content_map.extraction.recordings import video_type
from content_map.extraction.source import Source


def _read(source: Source) -> Iterator[Item]:
    yield About(media_type=video_type(source.head))
    yield Block("Video", "")
    yield PROBLEMS[Code.MEDIA]


FORMAT = Format(
    name="Video",
    kind=Kind.VIDEO,
    media_type="video/mp4",
    extensions=("mp4", "mov", "m4v", "webm", "mkv", "avi", "wmv", "mpg"),
    recognises=lambda source: video_type(source.head) is not None,
    read=_read,
    counts_text=False,
)
