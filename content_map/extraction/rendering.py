"""Draws pages inside the child: the document's own where its kind allows, else cards."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from io import BytesIO
from typing import BinaryIO

import pypdfium2
from PIL import Image

from content_map.extraction.cards import CardPainter
from content_map.extraction.formats.image import open_image
from content_map.extraction.formats.pdf import open_pdf
from content_map.extraction.job import Drawing
from content_map.extraction.limits import Limits
from content_map.extraction.problem import Refusal
from content_map.extraction.wire import Message

_QUALITY = 82
_METHOD = 2  # twice as fast as the default 4 for 3 % more bytes (extraction.md)
_TALLEST = 3  # a page is at most so many times as tall as wide; the rest of an endless page is cut


def render_pages(
    file: BinaryIO,
    size_bytes: int,
    drawing: Drawing,
    limits: Limits,
    painter: CardPainter,
    send: Callable[[Message], None],
) -> None:
    """Send a picture and a thumbnail for each wanted page, in order; a page that fails gets a card."""
    wanted = {card.number: card for card in drawing.cards}
    done: set[int] = set()
    if not drawing.only_cards and size_bytes:
        with suppress(Refusal, pypdfium2.PdfiumError, OSError, ValueError, MemoryError):
            for number, image in _own_pages(file, drawing, list(wanted), limits):
                _send(number, image, limits, send, drawn=False)
                done.add(number)
    for number, card in wanted.items():
        if number not in done:
            _send(number, painter.paint(card, drawing.kind), limits, send, drawn=True)


def _own_pages(
    file: BinaryIO, drawing: Drawing, numbers: Sequence[int], limits: Limits
) -> Iterator[tuple[int, Image.Image]]:
    if drawing.media_type == "application/pdf":
        pdf = open_pdf(file)
        for number in numbers:
            with suppress(pypdfium2.PdfiumError):
                yield number, _pdf_page(pdf, number, limits)
    elif drawing.kind == "image":
        yield 1, _on_white(open_image(file, limits))


def _pdf_page(pdf: pypdfium2.PdfDocument, number: int, limits: Limits) -> Image.Image:
    page = pdf.get_page(number - 1)
    width, height = page.get_size()
    scale = limits.preview_width_pixels / max(width, height / _TALLEST, 1.0)
    bitmap = page.render(scale=scale)
    image: Image.Image = bitmap.to_pil().convert("RGB")
    bitmap.close()
    page.close()
    return image


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        ground = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")
    return image.convert("RGB")


def _send(
    number: int, image: Image.Image, limits: Limits, send: Callable[[Message], None], *, drawn: bool
) -> None:
    large = _fit(image, limits.preview_width_pixels)
    preview = {
        "number": number,
        "large": base64.b64encode(_webp(large)).decode("ascii"),
        "thumbnail": base64.b64encode(_webp(_fit(large, limits.thumbnail_width_pixels))).decode("ascii"),
        "drawn": drawn,
    }
    send({"preview": preview})


def _fit(image: Image.Image, width: int) -> Image.Image:
    """At most `width` wide and not taller than three times that; never made larger."""
    image = image.crop((0, 0, image.width, min(image.height, image.width * _TALLEST)))
    if image.width <= width:
        return image
    height = max(round(image.height * width / image.width), 1)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _webp(image: Image.Image) -> bytes:
    output = BytesIO()
    image.save(output, "WEBP", quality=_QUALITY, method=_METHOD)
    return output.getvalue()
