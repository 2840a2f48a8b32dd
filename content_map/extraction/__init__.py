"""Reads documents into pages and draws their previews, in a guarded process; refuses bad ones at the door."""

from content_map.extraction.contract import Extract, Format, Page
from content_map.extraction.door import HEAD_BYTES, clean_file_name, refuse_at_door
from content_map.extraction.extracting import extract
from content_map.extraction.limits import Limits
from content_map.extraction.previews import Preview, preview_pages
from content_map.extraction.problem import PROBLEMS, Code, Problem
from content_map.extraction.sandbox import Sandbox

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
    "preview_pages",
    "refuse_at_door",
]
