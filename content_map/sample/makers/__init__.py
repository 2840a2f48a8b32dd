"""Turns a manuscript into a real file, one maker a format."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from content_map.sample.makers import docx, html, pdf, pptx, xlsx
from content_map.sample.makers.pieces import Piece

MAKERS: Mapping[str, Callable[[Piece], bytes]] = {
    "docx": docx.make,
    "html": html.make,
    "pdf": pdf.make,
    "pptx": pptx.make,
    "xlsx": xlsx.make,
}

__all__ = ["MAKERS", "Piece"]
