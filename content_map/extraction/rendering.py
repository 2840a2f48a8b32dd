"""Draws pages inside the child: the document's own where its kind allows, else cards."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from io import BytesIO
from typing import BinaryIO

import pypdfium2
from PIL import Image

from content_map.extraction.cards import CardPainter
from content_map.extraction.embedded import embedded_picture
from content_map.extraction.formats.image import open_image
from content_map.extraction.formats.pdf import open_pdf
from content_map.extraction.job import Card, Drawing
from content_map.extraction.limits import Limits
from content_map.extraction.matching import match_page, words_of
from content_map.extraction.problem import Refusal
from content_map.extraction.wire import Message

_QUALITY = 80
_METHOD = 2  # twice as fast as the default 4 for 3 % more bytes (extraction.md)
# A list shows dozens of thumbnails at once: those that come out heavier are packed harder.
_THUMBNAIL_BYTES = 12_000
_THUMBNAIL_QUALITIES = (76, 60, 45, 30, 15)
_TALLEST = 3  # a page is at most so many times as tall as wide; the rest of an endless page is cut
_FAULTS = (Refusal, pypdfium2.PdfiumError, OSError, ValueError, MemoryError)

Send = Callable[[Message], None]


def render_pages(
    file: BinaryIO, size_bytes: int, drawing: Drawing, limits: Limits, painter: CardPainter, send: Send
) -> None:
    """Send a picture and a thumbnail for each wanted page, in order; a page that fails gets a card."""
    if drawing.embedded:
        with suppress(*_FAULTS):
            _send_embedded(file, limits, send)
    done: set[int] = set()
    if not drawing.only_cards and size_bytes:
        with suppress(*_FAULTS):
            for number, image in _own_pages(file, drawing, limits):
                _send(number, image, limits, send, drawn=False)
                done.add(number)
    for card in drawing.cards:
        if card.number not in done:
            _send(card.number, painter.paint(card, drawing.kind), limits, send, drawn=True)


def _own_pages(file: BinaryIO, drawing: Drawing, limits: Limits) -> Iterator[tuple[int, Image.Image]]:
    if drawing.media_type == "application/pdf":
        pdf = open_pdf(file)
        place_of = _places(pdf, drawing)
        for card in drawing.cards:
            place = place_of(card)
            with suppress(pypdfium2.PdfiumError):
                if place is not None:
                    yield card.number, _pdf_page(pdf, place, limits)
    elif drawing.kind == "image":
        for card in drawing.cards[:1]:
            yield card.number, _on_white(open_image(file, limits))


def _places(pdf: pypdfium2.PdfDocument, drawing: Drawing) -> Callable[[Card], int | None]:
    """Say for a card which of the PDF's pages shows it."""
    if not drawing.made_from:
        return lambda card: card.number

    @cache
    def words_at(place: int) -> frozenset[str]:
        try:
            return words_of(pdf.get_page(place - 1).get_textpage().get_text_range())
        except pypdfium2.PdfiumError:
            return frozenset()

    def place_of(card: Card) -> int | None:
        words = words_of(" ".join((card.heading, *card.lines)))
        return match_page(card.number, words, drawing.made_from, len(pdf), words_at, drawing.kind)

    return place_of


def _pdf_page(pdf: pypdfium2.PdfDocument, number: int, limits: Limits) -> Image.Image:
    page = pdf.get_page(number - 1)
    width, height = page.get_size()
    scale = limits.preview_width_pixels / max(width, 1.0)
    # Only the top is drawn of a page that is far taller than wide, such as a long sheet on one page.
    surplus = max(height * scale - limits.preview_width_pixels * _TALLEST, 0)
    bitmap = page.render(scale=scale, crop=(0, surplus / scale, 0, 0))
    image: Image.Image = bitmap.to_pil().convert("RGB")
    bitmap.close()
    page.close()
    return image


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        ground = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")
    return image.convert("RGB")


def _send_embedded(file: BinaryIO, limits: Limits, send: Send) -> None:
    found = embedded_picture(file, limits)
    if found is not None:
        name, picture = found
        large = _fit(_on_white(picture), limits.preview_width_pixels)
        send({"embedded": {"hash": name, "width": large.width, **_pictures(large, limits)}})


def _send(number: int, image: Image.Image, limits: Limits, send: Send, *, drawn: bool) -> None:
    large = _fit(image, limits.preview_width_pixels)
    send({"preview": {"number": number, **_pictures(large, limits), "drawn": drawn}})


def _pictures(large: Image.Image, limits: Limits) -> dict[str, str]:
    small = _fit(large, limits.thumbnail_width_pixels)
    return {
        "large": base64.b64encode(_webp(large, _QUALITY)).decode("ascii"),
        "thumbnail": base64.b64encode(_light_webp(small)).decode("ascii"),
    }


def _fit(image: Image.Image, width: int) -> Image.Image:
    """At most `width` wide and not taller than three times that; never made larger."""
    image = image.crop((0, 0, image.width, min(image.height, image.width * _TALLEST)))
    if image.width <= width:
        return image
    height = max(round(image.height * width / image.width), 1)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _light_webp(image: Image.Image) -> bytes:
    content = b""
    for quality in _THUMBNAIL_QUALITIES:
        content = _webp(image, quality)
        if len(content) <= _THUMBNAIL_BYTES:
            break
    return content


def _webp(image: Image.Image, quality: int) -> bytes:
    output = BytesIO()
    image.save(output, "WEBP", quality=quality, method=_METHOD)
    return output.getvalue()
