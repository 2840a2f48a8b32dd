"""The libraries themselves on the same files: no process, no guards, no limits."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from pathlib import Path

import docx
import pptx
import pypdfium2
import python_calamine
from PIL import Image
from selectolax.lexbor import LexborHTMLParser


def pdf(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    return [document[index].get_textpage().get_text_range() for index in range(len(document))]


def deck(path: Path) -> list[str]:
    slides = pptx.Presentation(str(path)).slides
    return [shape.text_frame.text for slide in slides for shape in slide.shapes if shape.has_text_frame]


def document(path: Path) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]


def workbook(path: Path) -> list[object]:
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def page(path: Path) -> str:
    return LexborHTMLParser(path.read_bytes()).text()


def mail(path: Path) -> object:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body()
    return None if body is None else body.get_content()


def picture(path: Path) -> object:
    with Image.open(path) as image:
        return image.load()


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


BARE: dict[str, Callable[[Path], object]] = {
    ".pdf": pdf,
    ".pptx": deck,
    ".docx": document,
    **dict.fromkeys((".xlsx", ".xls", ".ods"), workbook),
    ".html": page,
    ".eml": mail,
    ".jpg": picture,
    **dict.fromkeys((".md", ".txt", ".vtt", ".srt"), text),
}
