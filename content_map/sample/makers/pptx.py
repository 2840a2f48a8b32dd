"""A 16:9 deck: a cover, then one slide a section with native tables and charts, and what the speaker says."""

from __future__ import annotations

import io
from collections.abc import Sequence
from math import ceil

from pptx import Presentation
from pptx.util import Inches

from content_map.sample.makers.canvas import Canvas, column_shares
from content_map.sample.makers.pieces import (
    ACCENT,
    INK,
    LINE,
    PALE,
    QUIET,
    TAGLINE,
    TEXT,
    VENDOR,
    Piece,
    settle,
)
from content_map.sample.manuscripts import (
    Bars,
    Block,
    Bullets,
    Figures,
    Paragraph,
    Quote,
    Section,
    Steps,
    Subheading,
    Table,
    plain,
)

_WIDTH, _HEIGHT = 13.333, 7.5  # inches, like every measure here
_LEFT, _TOP, _BODY_WIDTH, _BODY_HEIGHT = 0.8, 1.95, 11.7, 4.8
_COLUMN, _CHART_LEFT, _CHART_WIDTH = 4.9, 6.1, 6.5
_GAP = 0.3
_SIZES = (28, 26, 24, 22, 20, 18, 16, 14)  # points, the largest that fits is taken
_TITLE_ONLY = 5  # layout of the library's own template


def make(piece: Piece) -> bytes:
    """Make the deck."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(_WIDTH), Inches(_HEIGHT)
    facts = deck.core_properties
    facts.title, facts.author, facts.subject = piece.title, piece.author, piece.summary
    for number, section in enumerate(piece.sections, start=1):
        canvas = Canvas(deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY]))
        if number == 1:
            _cover(canvas, section, piece)
        else:
            _page(canvas, section, piece, number)
        if section.notes:
            canvas.notes(section.notes)
    stream = io.BytesIO()
    deck.save(stream)
    return settle(stream.getvalue())


def _cover(canvas: Canvas, section: Section, piece: Piece) -> None:
    canvas.paint(INK)
    canvas.disc((9.6, -2.2, 6.4, 6.4), ACCENT)
    canvas.disc((11.3, 3.4, 3.4, 3.4), "1F4A54")
    canvas.line(VENDOR.upper(), (_LEFT, 0.7, 4, 0.5), size=16, colour="FFFFFF", bold=True)
    canvas.title(section.title, (_LEFT, 1.9, 8.6, 2.4), size=44, colour="FFFFFF")
    lead = " ".join(plain(block.text) for block in section.blocks if isinstance(block, Paragraph))
    canvas.line(lead or piece.summary, (_LEFT, 4.5, 8.4, 1.6), size=22, colour="D5E0E0")
    canvas.line(piece.mark or TAGLINE, (_LEFT, 6.55, 8, 0.4), size=14, colour="D5E0E0")


def _page(canvas: Canvas, section: Section, piece: Piece, number: int) -> None:
    canvas.paint("FFFFFF")
    canvas.block((0, 0.62, 0.18, 0.95), ACCENT)
    canvas.title(section.title, (_LEFT, 0.5, _BODY_WIDTH, 1.2), size=34, colour=INK)
    charts = [block for block in section.blocks if isinstance(block, Bars)]
    words = [block for block in section.blocks if not isinstance(block, Bars)]
    if charts:
        left, width = (_CHART_LEFT, _CHART_WIDTH) if words else (_LEFT, _BODY_WIDTH)
        canvas.chart(charts[0], (left, _TOP, width, _BODY_HEIGHT))
    _flow(canvas, words, _COLUMN if charts else _BODY_WIDTH)
    footer = f"{VENDOR} · {piece.title}" + (f" · {piece.mark}" if piece.mark else "")
    canvas.line(footer, (_LEFT, 6.95, 10, 0.35), size=11, colour=QUIET)
    canvas.page_number(number, (11.5, 6.95, 1.0, 0.35), size=11, colour=QUIET)


def _flow(canvas: Canvas, blocks: Sequence[Block], width: float) -> None:
    """Draw the blocks from top to bottom in the largest letters that fit the slide."""
    size = next((size for size in _SIZES if _total(blocks, width, size) <= _BODY_HEIGHT), _SIZES[-1])
    top = _TOP
    for block in blocks:
        _draw(canvas, block, top, width, size)
        top += _height(block, width, size) + _GAP


def _total(blocks: Sequence[Block], width: float, size: int) -> float:
    return sum(_height(block, width, size) + _GAP for block in blocks)


def _height(block: Block, width: float, size: int) -> float:
    match block:
        case Paragraph(text):
            return _wrapped(plain(text), width, size) + 0.1
        case Subheading(text):
            return _wrapped(text, width, size)
        case Bullets(items):
            return sum(_wrapped(plain(item), width - 0.5, size) + size * 0.45 / 72 for item in items) + 0.1
        case Table():
            return sum(_row_height(row, block, width, size - 4) for row in (block.header, *block.rows))
        case Quote(text):
            return _wrapped(text, width - 0.6, size + 4) + 0.7
        case Figures():
            return 2.1
        case Steps():
            return 2.3
        case Bars():
            return _BODY_HEIGHT


def _row_height(row: tuple[str, ...], table: Table, width: float, size: int) -> float:
    lines = [
        _wrapped(cell, width * share - 0.2, size)
        for cell, share in zip(row, column_shares(table), strict=True)
    ]
    return max(lines) + 0.16


def _draw(canvas: Canvas, block: Block, top: float, width: float, size: int) -> None:
    area = (_LEFT, top, width, _height(block, width, size))
    match block:
        case Paragraph(text):
            canvas.paragraphs([text], area, size=size)
        case Subheading(text):
            canvas.line(text, area, size=size, colour=ACCENT, bold=True)
        case Bullets(items, numbered):
            canvas.bullets(items, area, size=size, numbered=numbered)
        case Table():
            canvas.table(block, area, size=size - 4)
        case Quote(text, source):
            canvas.block((_LEFT, top, 0.07, area[3]), ACCENT)
            words = (_LEFT + 0.35, top, width - 0.5, area[3] - 0.6)
            canvas.line(f"“{text}”", words, size=size + 4, colour=INK, italic=True)
            canvas.line(source, (_LEFT + 0.35, top + area[3] - 0.5, width - 0.5, 0.5), size=16, colour=QUIET)
        case Figures(items):
            _cards(canvas, items, top, width)
        case Steps(items):
            _steps(canvas, items, top, width)
        case Bars():
            canvas.chart(block, area)


def _cards(canvas: Canvas, items: tuple[tuple[str, str], ...], top: float, width: float) -> None:
    gap = 0.25
    each = (width - gap * (len(items) - 1)) / len(items)
    longest = max(len(figure) for figure, _ in items)
    size = min(44, (each - 0.4) * 72 / (longest * 0.56))
    for index, (figure, label) in enumerate(items):
        left = _LEFT + index * (each + gap)
        canvas.block((left, top, each, 2.1), PALE)
        canvas.line(figure, (left + 0.1, top + 0.12, each - 0.2, 0.8), size=size, colour=ACCENT, bold=True)
        canvas.line(label, (left + 0.1, top + 0.98, each - 0.2, 1.0), size=18, colour=TEXT)


def _steps(canvas: Canvas, items: tuple[tuple[str, str], ...], top: float, width: float) -> None:
    each = width / len(items)
    canvas.block((_LEFT + 0.3, top + 0.32, width - each, 0.05), LINE)
    for index, (step, what) in enumerate(items):
        left = _LEFT + index * each
        canvas.disc((left + 0.1, top + 0.08, 0.54, 0.54), ACCENT if index else INK)
        canvas.line(step, (left, top + 0.75, each - 0.1, 0.45), size=20, colour=INK, bold=True)
        canvas.line(what, (left, top + 1.15, each - 0.1, 1.0), size=17, colour=QUIET)


def _wrapped(text: str, width: float, size: float) -> float:
    """Estimate the height of wrapped text: a Calibri letter is about half its size wide."""
    letters = max(1.0, width * 72 / (size * 0.5))
    return max(1, ceil(len(text) / letters)) * size * 1.22 / 72
