"""Reads documents into pages and draws their previews, in a guarded process; refuses bad ones at the door."""

from content_map.extraction.assisting import extract
from content_map.extraction.contract import Extract, Format, Page
from content_map.extraction.door import HEAD_BYTES, clean_file_name, refuse_at_door
from content_map.extraction.limits import Limits
from content_map.extraction.previews import Preview, preview_pages
from content_map.extraction.problem import PROBLEMS, Code, Problem
from content_map.extraction.recordings import is_recording
from content_map.extraction.sandbox import Sandbox
from content_map.extraction.scans import languages_of_scans

__all__ = [
    "HEAD_BYTES",
    "PROBLEMS",
    "Code",
    "Extract",
    "Format",
    "Limits",
    "Page",
    "Preview",
    "Problem",
    "Sandbox",
    "clean_file_name",
    "extract",
    "is_recording",
    "languages_of_scans",
    "preview_pages",
    "refuse_at_door",
]
