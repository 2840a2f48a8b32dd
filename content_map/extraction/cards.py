"""Draws the stand-in for a page that cannot be rendered: a quiet card with its title and first lines."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from content_map.extraction.job import Card

NOTICE = "Simplified preview"

_PAPER = (255, 255, 255)
_GROUND = (244, 245, 247)
_EDGE = (222, 225, 230)
_INK = (31, 36, 46)
_BODY = (82, 90, 104)
_QUIET = (128, 136, 150)
_ACCENT = (86, 102, 132)
_WIDE = (1280, 720)
_TALL = (1280, 1656)
_MARGIN = 96
_WIDER_FONTS = (
    # Only where the host has them: what the built-in letters lack (Greek, Cyrillic, Arabic, Chinese …).
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
)
_KINDS = {
    "deck": "Presentation",
    "document": "Document",
    "sheet": "Workbook",
    "web": "Web page",
    "text": "Text",
    "image": "Picture",
    "video": "Video",
    "audio": "Audio",
    "email": "Message",
    "link": "Link",
}


class CardPainter:
    """Holds the fonts' bytes, since the child that paints can open no file."""

    def __init__(self) -> None:
        self._wide = [_font_bytes(Path(name)) for name in _WIDER_FONTS]
        self._wide = [content for content in self._wide if content]

    def paint(self, card: Card, kind: str) -> Image.Image:
        """Draw one card; wide for slides and everything shown on a screen, tall for pages of paper."""
        size = _TALL if kind in {"document", "text", "email"} else _WIDE
        image = Image.new("RGB", size, _GROUND)
        draw = ImageDraw.Draw(image)
        width, height = size
        draw.rounded_rectangle((28, 28, width - 29, height - 29), 20, fill=_PAPER, outline=_EDGE, width=2)
        draw.rounded_rectangle((_MARGIN, _MARGIN, _MARGIN + 72, _MARGIN + 8), 4, fill=_ACCENT)
        bottom = height - _MARGIN - 48
        top = self._block(draw, card.heading, _MARGIN + 52, 60, _INK, width, bottom, most_lines=3, weight=1)
        top += 36
        for line in card.lines:
            if top > bottom - 44:
                break
            top = self._block(draw, line, top, 30, _BODY, width, bottom, most_lines=4) + 14
        self._footer(draw, "  ·  ".join(filter(None, (_KINDS.get(kind, "File"), card.label))), size)
        return image

    def _block(
        self,
        draw: ImageDraw.ImageDraw,
        text: str,
        top: float,
        size: int,
        colour: tuple[int, int, int],
        width: int,
        bottom: int,
        *,
        most_lines: int,
        weight: int = 0,
    ) -> float:
        font, text = self._font(text, size)
        lines = _wrap(text, font, width - 2 * _MARGIN)
        if len(lines) > most_lines:
            lines = [*lines[: most_lines - 1], _shortened(lines[most_lines - 1], font, width - 2 * _MARGIN)]
        for line in lines:
            if top + size > bottom:
                break
            draw.text((_MARGIN, top), line, font=font, fill=colour, stroke_width=weight, stroke_fill=colour)
            top += size * 1.36
        return top

    def _footer(self, draw: ImageDraw.ImageDraw, left: str, size: tuple[int, int]) -> None:
        width, height = size
        y = height - _MARGIN - 10
        draw.line((_MARGIN, y - 22, width - _MARGIN, y - 22), fill=_EDGE, width=2)
        font, left = self._font(left, 24)
        draw.text((_MARGIN, y), _shortened(left, font, width - 2 * _MARGIN - 320), font=font, fill=_QUIET)
        notice = _built_in(24)
        draw.text((width - _MARGIN - notice.getlength(NOTICE), y), NOTICE, font=notice, fill=_QUIET)

    def _font(self, text: str, size: int) -> tuple[ImageFont.FreeTypeFont, str]:
        """The built-in letters, or the first of the host's fonts that has more of the text's signs.

        The text comes back without the signs that none of them has.
        """
        best = _built_in(size)
        missing = _missing(text, best)
        for content in self._wide:
            if not missing:
                break
            font = ImageFont.truetype(BytesIO(content), size)
            lacks = _missing(text, font)
            if len(lacks) < len(missing):
                best, missing = font, lacks
        return best, text.translate(dict.fromkeys(map(ord, missing), " "))


@lru_cache(maxsize=8)
def _built_in(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType")
    return font


def _font_bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _missing(text: str, font: ImageFont.FreeTypeFont) -> set[str]:
    """The signs that the font would draw as an empty box."""
    box = bytes(font.getmask("\U0010fffe"))
    return {sign for sign in set(text) if not sign.isspace() and bytes(font.getmask(sign)) == box}


def _wrap(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if font.getlength(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while font.getlength(word) > width:
            fits = next(n for n in range(len(word), 0, -1) if n == 1 or font.getlength(word[:n]) <= width)
            lines.append(word[:fits])
            word = word[fits:]
        line = word
    return [*lines, line] if line else lines


def _shortened(text: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1].rstrip()
    return f"{text}…"
