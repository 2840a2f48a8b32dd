"""Programs that help when the host has them: LibreOffice, ffmpeg with ffprobe, and tesseract."""

from content_map.extraction.programs.finding import Program, find, forget, versions
from content_map.extraction.programs.media import MediaFacts, poster, probe_media, subtitles
from content_map.extraction.programs.office import convert_office
from content_map.extraction.programs.recognising import ocr, ocr_languages

__all__ = [
    "MediaFacts",
    "Program",
    "convert_office",
    "find",
    "forget",
    "ocr",
    "ocr_languages",
    "poster",
    "probe_media",
    "subtitles",
    "versions",
]
