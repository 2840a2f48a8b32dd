"""Alternative texts in the structure of a tagged PDF: what its author wrote for those who cannot see it."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

_MOST_ELEMENTS = 5_000
_DEEPEST = 40
_MOST_BYTES = 8_000


def is_tagged(pdf: pypdfium2.PdfDocument) -> bool:
    """Say whether the document claims to have a structure."""
    return bool(pdfium.FPDFCatalog_IsTagged(pdf))


def alternative_texts(page: pypdfium2.PdfPage) -> Iterator[str]:
    """The alternative texts of one page in the order of its structure, each once."""
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    if not tree:
        return
    try:
        roots = (
            pdfium.FPDF_StructTree_GetChildAtIndex(tree, place)
            for place in range(min(pdfium.FPDF_StructTree_CountChildren(tree), _MOST_ELEMENTS))
        )
        yield from dict.fromkeys(_texts(roots))
    finally:
        pdfium.FPDF_StructTree_Close(tree)


def _texts(roots: Iterator[object]) -> Iterator[str]:
    left = _MOST_ELEMENTS
    waiting = [roots]
    while waiting and left > 0:
        element = next(waiting[-1], None)
        if element is None:
            waiting.pop()
            continue
        if not element:
            continue
        left -= 1
        text = _alternative(element)
        if text:
            yield text
        if len(waiting) < _DEEPEST:
            waiting.append(_children(element))


def _children(element: object) -> Iterator[object]:
    count = min(pdfium.FPDF_StructElement_CountChildren(element), _MOST_ELEMENTS)
    for place in range(count):
        child = pdfium.FPDF_StructElement_GetChildAtIndex(element, place)
        if child:
            yield child


def _alternative(element: object) -> str:
    length = pdfium.FPDF_StructElement_GetAltText(element, None, 0)
    if not 2 < length <= _MOST_BYTES:
        return ""
    buffer = ctypes.create_string_buffer(length)
    pdfium.FPDF_StructElement_GetAltText(element, buffer, length)
    return " ".join(buffer.raw.decode("utf-16-le", "replace").rstrip("\0").split())
