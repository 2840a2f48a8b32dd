"""Small real files, made while a test runs, with words that no title repeats."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import docx
import pptx
from reportlab.pdfgen.canvas import Canvas

FIRST_LINE = 780
LINE = 18


def write_deck(path: Path, slides: Sequence[tuple[str, str]]) -> Path:
    """Write a deck of slides with a title and a text each."""
    deck = pptx.Presentation()
    for title, text in slides:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = text
    deck.save(path)
    return path


def write_pdf(path: Path, pages: Sequence[Sequence[str]]) -> Path:
    """Write a PDF of pages of lines."""
    written = BytesIO()
    canvas = Canvas(written, invariant=True)
    for lines in pages:
        for number, line in enumerate(lines):
            canvas.drawString(72, FIRST_LINE - LINE * number, line)
        canvas.showPage()
    canvas.save()
    path.write_bytes(written.getvalue())
    return path


def write_document(path: Path, heading: str, paragraphs: Sequence[str]) -> Path:
    """Write a document with a heading and paragraphs."""
    document = docx.Document()
    document.add_heading(heading, level=1)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(str(path))
    return path
