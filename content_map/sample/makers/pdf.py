"""A laid-out PDF: a banner on the first page, figures, charts, tables and quotations."""

from __future__ import annotations

import io
from html import escape

from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    ListFlowable,
    NextPageTemplate,
    PageTemplate,
    Spacer,
)
from reportlab.platypus import Paragraph as PdfParagraph
from reportlab.platypus import Table as PdfTable

from content_map.sample.makers.pieces import (
    ACCENT,
    INK,
    LINE,
    PALE,
    QUIET,
    SAND,
    TAGLINE,
    TEXT,
    VENDOR,
    Piece,
)
from content_map.sample.manuscripts import (
    Bars,
    Block,
    Bullets,
    Figures,
    Paragraph,
    Quote,
    Steps,
    Subheading,
    Table,
    Text,
)

_MARGIN = 20 * mm
_BODY = A4[0] - 2 * _MARGIN
_BANNER = 74 * mm


def _style(
    name: str, size: float, colour: str, *, font: str = "Helvetica", after: float = 6
) -> ParagraphStyle:
    return ParagraphStyle(
        name,
        fontName=font,
        fontSize=size,
        leading=size * 1.45,
        textColor=HexColor(f"#{colour}"),
        spaceAfter=after,
    )


_TITLE = _style("title", 25, "FFFFFF", font="Helvetica-Bold")
_LEAD = _style("lead", 11, "D5E0E0")


class _Looks:
    """The styles of a body at one scale; 1 is the comfortable size."""

    def __init__(self, scale: float) -> None:
        self.heading = _style("heading", 17 * scale, INK, font="Helvetica-Bold")
        self.sub = _style("sub", 12 * scale, ACCENT, font="Helvetica-Bold", after=3)
        self.body = _style("body", 11.5 * scale, TEXT, after=7 * scale)
        self.cell = _style("cell", 10 * scale, TEXT, after=0)
        self.head_cell = _style("head", 10 * scale, "FFFFFF", font="Helvetica-Bold", after=0)
        self.figure = _style("figure", 21 * scale, ACCENT, font="Helvetica-Bold", after=2)
        self.step = _style("step", 14 * scale, INK, font="Helvetica-Bold", after=2)
        self.quote = _style("quote", 14 * scale, INK, font="Helvetica-Oblique", after=3)
        self.source = _style("source", 10 * scale, QUIET, after=0)
        self.space = 6 * mm * scale


_SCALES = (_Looks(1), _Looks(0.93), _Looks(0.86))


def make(piece: Piece) -> bytes:
    """Make the PDF, a little smaller where that saves a page."""
    settings = [_set(piece, looks) for looks in _SCALES]
    fewest = min(pages for _, pages in settings)
    return next(made for made, pages in settings if pages == fewest)


def _set(piece: Piece, looks: _Looks) -> tuple[bytes, int]:
    """Typeset at one scale: the bytes and the number of pages."""
    stream = io.BytesIO()
    document = BaseDocTemplate(
        stream, pagesize=A4, title=piece.title, author=piece.author, subject=piece.summary, invariant=1
    )
    first = Frame(_MARGIN, _MARGIN, _BODY, A4[1] - _BANNER - _MARGIN - 8 * mm, 0, 0, 0, 0)
    later = Frame(_MARGIN, _MARGIN, _BODY, A4[1] - 2 * _MARGIN - 4 * mm, 0, 0, 0, 0)
    document.addPageTemplates(
        [
            PageTemplate("first", [first], onPage=lambda canvas, _: _first_page(canvas, piece)),
            PageTemplate("later", [later], onPage=lambda canvas, _: _later_page(canvas, piece)),
        ]
    )
    document.build(_story(piece, looks))
    return stream.getvalue(), document.page


def _first_page(canvas: Canvas, piece: Piece) -> None:
    canvas.setFillColor(HexColor(f"#{INK}"))
    canvas.rect(0, A4[1] - _BANNER, A4[0], _BANNER, stroke=0, fill=1)
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(0, A4[1] - _BANNER, A4[0], _BANNER)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.setFillColor(HexColor(f"#{ACCENT}"))
    canvas.circle(A4[0] - 14 * mm, A4[1] + 2 * mm, 34 * mm, stroke=0, fill=1)
    canvas.restoreState()
    canvas.setFillColor(HexColor("#FFFFFF"))
    canvas.setFont("Helvetica-Bold", 10)
    canvas.drawString(_MARGIN, A4[1] - 17 * mm, VENDOR.upper(), charSpace=2.5)
    width = _BODY - 28 * mm
    title, lead = PdfParagraph(escape(piece.title), _TITLE), PdfParagraph(escape(piece.summary), _LEAD)
    title_height = title.wrap(width, _BANNER)[1]
    lead_height = lead.wrap(width, _BANNER)[1]
    lead_at = A4[1] - _BANNER + 8 * mm
    lead.drawOn(canvas, _MARGIN, lead_at)
    title.drawOn(canvas, _MARGIN, min(lead_at + lead_height + 4 * mm, A4[1] - 22 * mm - title_height))
    _footer(canvas, piece)


def _later_page(canvas: Canvas, piece: Piece) -> None:
    canvas.setFillColor(HexColor(f"#{ACCENT}"))
    canvas.rect(0, A4[1] - 3 * mm, A4[0], 3 * mm, stroke=0, fill=1)
    _footer(canvas, piece)


def _footer(canvas: Canvas, piece: Piece) -> None:
    canvas.setFillColor(HexColor(f"#{QUIET}"))
    canvas.setFont("Helvetica", 8)
    canvas.drawString(_MARGIN, 11 * mm, f"{VENDOR} · {piece.mark or TAGLINE}")
    canvas.drawRightString(A4[0] - _MARGIN, 11 * mm, str(canvas.getPageNumber()))


def _story(piece: Piece, looks: _Looks) -> list[Flowable]:
    story: list[Flowable] = [NextPageTemplate("later")]
    for section in piece.sections:
        story.append(CondPageBreak(45 * mm))
        flowables = [PdfParagraph(escape(section.title), looks.heading)]
        for block in section.blocks:
            flowables.extend(_block(block, looks))
        story.append(KeepTogether(flowables[:2]))
        story.extend(flowables[2:])
        story.append(Spacer(0, looks.space))
    return story


def _block(block: Block, looks: _Looks) -> list[Flowable]:
    match block:
        case Paragraph(text):
            return [PdfParagraph(_inline(text), looks.body)]
        case Subheading(text):
            return [PdfParagraph(escape(text), looks.sub)]
        case Bullets(items, numbered):
            flowables = [PdfParagraph(_inline(item), looks.body) for item in items]
            kind = "1" if numbered else "bullet"
            start = None if numbered else "•"
            return [ListFlowable(flowables, bulletType=kind, start=start, leftIndent=14, bulletFontSize=10)]
        case Table(header, rows):
            return [_table(header, rows, looks), Spacer(0, 3 * mm)]
        case Quote(text, source):
            cell = [
                PdfParagraph(f"“{escape(text)}”", looks.quote),
                PdfParagraph(escape(source), looks.source),
            ]
            line = ("LINEBEFORE", (0, 0), (0, -1), 3, HexColor(f"#{ACCENT}"))
            return [
                PdfTable([[cell]], colWidths=[_BODY], style=[line, ("LEFTPADDING", (0, 0), (-1, -1), 12)])
            ]
        case Figures(items):
            return [_cards(items, looks.figure, looks), Spacer(0, 4 * mm)]
        case Steps(items):
            return [_cards(items, looks.step, looks), Spacer(0, 4 * mm)]
        case Bars(title, rows):
            return [PdfParagraph(escape(title), looks.sub), _bars(rows), Spacer(0, 3 * mm)]


def _inline(text: Text) -> str:
    return "".join(f"<b>{escape(span.text)}</b>" if span.bold else escape(span.text) for span in text)


def _table(header: tuple[str, ...], rows: tuple[tuple[str, ...], ...], looks: _Looks) -> PdfTable:
    cells = [[PdfParagraph(escape(cell), looks.head_cell) for cell in header]]
    cells += [[PdfParagraph(escape(cell), looks.cell) for cell in row] for row in rows]
    shares = [max(len(row[column]) for row in (header, *rows)) + 12 for column in range(len(header))]
    return PdfTable(
        cells,
        colWidths=[_BODY * share / sum(shares) for share in shares],
        repeatRows=1,
        style=[
            ("BACKGROUND", (0, 0), (-1, 0), HexColor(f"#{INK}")),
            ("ROWBACKGROUNDS", (0, 1), (-1, -1), [HexColor("#FFFFFF"), HexColor(f"#{SAND}")]),
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, HexColor(f"#{LINE}")),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 4),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
        ],
    )


def _cards(items: tuple[tuple[str, str], ...], style: ParagraphStyle, looks: _Looks) -> PdfTable:
    cells = [
        [PdfParagraph(escape(large), style), PdfParagraph(escape(small), looks.cell)]
        for large, small in items
    ]
    return PdfTable(
        [cells],
        colWidths=[_BODY / len(items)] * len(items),
        style=[
            ("BACKGROUND", (0, 0), (-1, -1), HexColor(f"#{PALE}")),
            ("INNERGRID", (0, 0), (-1, -1), 5, HexColor("#FFFFFF")),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 9),
            ("TOPPADDING", (0, 0), (-1, -1), 7),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 8),
        ],
    )


def _bars(rows: tuple[tuple[str, str], ...]) -> Drawing:
    step, left = 23, 185
    drawing = Drawing(_BODY, step * len(rows))
    longest = max(float(value) for _, value in rows)
    for index, (label, value) in enumerate(rows):
        y = step * (len(rows) - index - 1)
        length = (_BODY - left - 50) * float(value) / longest
        drawing.add(
            String(0, y + 5, label, fontName="Helvetica", fontSize=10, fillColor=HexColor(f"#{TEXT}"))
        )
        drawing.add(Rect(left, y + 2, length, 13, fillColor=HexColor(f"#{ACCENT}"), strokeColor=None))
        drawing.add(String(left + length + 5, y + 5, value, fontName="Helvetica-Bold", fontSize=10))
    return drawing
