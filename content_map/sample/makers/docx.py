"""A Word document: a title block, headings, styled tables, call-outs, page numbers."""

from __future__ import annotations

import io
from collections.abc import Iterator

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph as DocxParagraph

from content_map.sample.makers.pieces import (
    ACCENT,
    INK,
    PALE,
    QUIET,
    SAND,
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
    Span,
    Steps,
    Subheading,
    Table,
    Text,
    plain,
)

_WORDS_ON_A_PAGE = 330
_FONT = "Calibri"


def make(piece: Piece) -> bytes:
    """Make the document."""
    document = docx.Document()
    _set_styles(document)
    facts = document.core_properties
    facts.title, facts.author, facts.subject = piece.title, piece.author, piece.summary
    _set_margins(document, piece)
    _line(document.add_paragraph(), VENDOR.upper(), 9, ACCENT, bold=True)
    document.add_paragraph(piece.title, style="Title")
    _line(document.add_paragraph(), piece.summary, 12, QUIET)
    for section, starts_page in _paginate(piece.sections):
        heading = document.add_heading(section.title, level=1)
        heading.paragraph_format.page_break_before = starts_page
        for block in section.blocks:
            _write(document, block)
    stream = io.BytesIO()
    document.save(stream)
    return settle(stream.getvalue())


def _paginate(sections: tuple[Section, ...]) -> Iterator[tuple[Section, bool]]:
    """Start a page where the next section would no longer fit, so that headings never stand alone below."""
    written = 60
    for section in sections:
        words = sum(_words(block) for block in section.blocks) + 15
        starts_page = written > 60 and written + words > _WORDS_ON_A_PAGE
        written = words if starts_page else written + words
        yield section, starts_page


def _words(block: Block) -> int:
    match block:
        case Paragraph(text):
            return len(plain(text).split()) + 5
        case Bullets(items):
            return sum(len(plain(item).split()) + 5 for item in items)
        case Table(header, rows):
            return sum(len(" ".join(row).split()) + 8 for row in (header, *rows))
        case _:
            return 45


def _set_styles(document: Document) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size, normal.font.color.rgb = _FONT, Pt(10.5), RGBColor.from_string(TEXT)
    normal.paragraph_format.space_after = Pt(6)
    for name, size, colour in (("Title", 26, INK), ("Heading 1", 15, INK), ("Heading 2", 12, ACCENT)):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.bold = _FONT, Pt(size), True
        style.font.color.rgb = RGBColor.from_string(colour)
        fonts = style.element.rPr.rFonts
        for attribute in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[attribute]  # a theme font would win over ours
    border = document.styles["Title"].element.pPr.find(qn("w:pBdr"))
    if border is not None:
        document.styles["Title"].element.pPr.remove(border)


def _set_margins(document: Document, piece: Piece) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.3)
    page.top_margin = page.bottom_margin = Cm(2)
    footer = page.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _line(footer, f"{VENDOR} · {piece.mark or TAGLINE} · ", 8, QUIET)
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), "PAGE")
    footer._p.append(number)


def _write(document: Document, block: Block) -> None:
    match block:
        case Paragraph(text):
            _spans(document.add_paragraph(), text)
        case Subheading(text):
            document.add_heading(text, level=2)
        case Bullets(items, numbered):
            for item in items:
                _spans(document.add_paragraph(style="List Number" if numbered else "List Bullet"), item)
        case Table(header, rows):
            _table(document, header, rows)
        case Quote(text, source):
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.left_indent = Cm(0.8)
            _line(paragraph, f"“{text}” ", 12, INK, bold=True)
            _line(paragraph, source, 9.5, QUIET)
        case Figures(items) | Steps(items):
            _cards(document, items)
        case Bars(title, rows):
            _table(document, (title, ""), rows)


def _spans(paragraph: DocxParagraph, text: Text) -> None:
    for span in text:
        paragraph.add_run(span.text).bold = span.bold


def _line(paragraph: DocxParagraph, text: str, size: float, colour: str, *, bold: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb, run.bold = Pt(size), RGBColor.from_string(colour), bold


def _table(document: Document, header: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
    table = document.add_table(rows=len(rows) + 1, cols=len(header), style="Table Grid")
    for index, (cells, words) in enumerate(zip(table.rows, (header, *rows), strict=True)):
        for cell, text in zip(cells.cells, words, strict=True):
            _shade(cell, INK if index == 0 else (SAND if index % 2 else "FFFFFF"))
            _line(cell.paragraphs[0], text, 9.5, "FFFFFF" if index == 0 else TEXT, bold=index == 0)
    document.add_paragraph()


def _cards(document: Document, items: tuple[tuple[str, str], ...]) -> None:
    table = document.add_table(rows=1, cols=len(items))
    for cell, (large, small) in zip(table.rows[0].cells, items, strict=True):
        _shade(cell, PALE)
        _line(cell.paragraphs[0], large, 16, ACCENT, bold=True)
        _spans(cell.add_paragraph(), (Span(small),))
    document.add_paragraph()


def _shade(cell: _Cell, colour: str) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shading)
