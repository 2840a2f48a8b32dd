"""Draws on one slide: shapes, words, tables and charts in inches and points, in the vendor's look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches, Pt

from content_map.sample.makers.pieces import ACCENT, INK, SAND, TEXT
from content_map.sample.manuscripts import Bars, Span, Table, Text

_FONT = "Calibri"
_BULLET = f'<a:buChar char="•" {nsdecls("a")}/>'
_NUMBER = f'<a:buAutoNum type="arabicPeriod" {nsdecls("a")}/>'

Area = tuple[float, float, float, float]  # left, top, width, height in inches


class Canvas:
    """One slide of python-pptx, which comes without types: its objects stay in here."""

    def __init__(self, slide: Any) -> None:  # python-pptx has no types
        self._slide = slide

    def paint(self, colour: str) -> None:
        _fill(self._slide.background.fill, colour)

    def block(self, area: Area, colour: str) -> None:
        self._shape(MSO_SHAPE.RECTANGLE, area, colour)

    def disc(self, area: Area, colour: str) -> None:
        self._shape(MSO_SHAPE.OVAL, area, colour)

    def title(self, text: str, area: Area, *, size: float, colour: str) -> None:
        title = self._slide.shapes.title
        title.left, title.top, title.width, title.height = (Inches(side) for side in area)
        title.text_frame.word_wrap = True
        title.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        paragraph = title.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.LEFT
        _run(paragraph, Span(text, bold=True), size, colour)
        # The placeholder is the slide's first element, so whatever is drawn later would cover it.
        tree = title._element.getparent()
        tree.remove(title._element)
        tree.append(title._element)

    def line(
        self, text: str, area: Area, *, size: float, colour: str, bold: bool = False, italic: bool = False
    ) -> None:
        """Write words of one look, wrapped into the area."""
        run = _run(self._frame(area).paragraphs[0], Span(text, bold), size, colour)
        run.font.italic = italic

    def page_number(self, number: int, area: Area, *, size: float, colour: str) -> None:
        paragraph = self._frame(area).paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT
        _run(paragraph, Span(str(number)), size, colour)

    def paragraphs(self, texts: Sequence[Text], area: Area, *, size: float) -> None:
        self._texts(texts, area, size, None)

    def bullets(self, texts: Sequence[Text], area: Area, *, size: float, numbered: bool) -> None:
        self._texts(texts, area, size, _NUMBER if numbered else _BULLET)

    def table(self, table: Table, area: Area, *, size: float) -> None:
        rows = (table.header, *table.rows)
        left, top, width, height = (Inches(side) for side in area)
        grid = self._slide.shapes.add_table(len(rows), len(table.header), left, top, width, height).table
        for column, share in zip(grid.columns, column_shares(table), strict=True):
            column.width = int(width * share)
        for index, row in enumerate(rows):
            for column, words in enumerate(row):
                cell = grid.cell(index, column)
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE
                _fill(cell.fill, INK if index == 0 else (SAND if index % 2 else "FFFFFF"))
                colour = "FFFFFF" if index == 0 else TEXT
                _run(cell.text_frame.paragraphs[0], Span(words, bold=index == 0), size, colour)

    def chart(self, bars: Bars, area: Area) -> None:
        figures = CategoryChartData()  # type: ignore[no-untyped-call]  # python-pptx has no types
        figures.categories = [label for label, _ in bars.rows]
        values = [float(value) for _, value in bars.rows]
        figures.add_series(bars.title, values)  # type: ignore[no-untyped-call]  # as above
        left, top, width, height = (Inches(side) for side in area)
        chart = self._slide.shapes.add_chart(
            XL_CHART_TYPE.BAR_CLUSTERED, left, top, width, height, figures
        ).chart
        chart.has_legend = False
        chart.chart_title.text_frame.text = bars.title
        chart.chart_title.text_frame.paragraphs[0].runs[0].font.size = Pt(16)
        chart.category_axis.reverse_order = True
        chart.category_axis.tick_labels.font.size = Pt(14)
        chart.value_axis.visible = chart.value_axis.has_major_gridlines = False
        plot = chart.plots[0]
        plot.gap_width = 60
        plot.has_data_labels = True
        plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
        plot.data_labels.font.size = Pt(14)
        _fill(plot.series[0].format.fill, ACCENT)

    def notes(self, text: str) -> None:
        self._slide.notes_slide.notes_text_frame.text = text

    def _shape(self, kind: MSO_SHAPE, area: Area, colour: str) -> None:
        shape = self._slide.shapes.add_shape(kind, *(Inches(side) for side in area))
        _fill(shape.fill, colour)
        shape.line.fill.background()
        shape.shadow.inherit = False

    def _frame(self, area: Area) -> Any:
        frame = self._slide.shapes.add_textbox(*(Inches(side) for side in area)).text_frame
        frame.word_wrap = True
        return frame

    def _texts(self, texts: Sequence[Text], area: Area, size: float, bullet: str | None) -> None:
        frame = self._frame(area)
        for index, text in enumerate(texts):
            paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
            paragraph.space_after = Pt(size * 0.45)
            for span in text:
                _run(paragraph, span, size, TEXT)
            if bullet:
                indent = Inches(size / 55)
                properties = paragraph._p.get_or_add_pPr()
                properties.set("marL", str(indent))
                properties.set("indent", str(-indent))
                properties.append(parse_xml(bullet))


def column_shares(table: Table) -> list[float]:
    """Share the width by the longest words of each column, evened out so that no column starves."""
    longest = [
        max(len(row[column]) for row in (table.header, *table.rows)) for column in range(len(table.header))
    ]
    eased = [min(length, 44) + 9 for length in longest]
    return [one / sum(eased) for one in eased]


def _fill(fill: Any, colour: str) -> None:
    fill.solid()
    fill.fore_color.rgb = _rgb(colour)


def _run(paragraph: Any, span: Span, size: float, colour: str) -> Any:
    run = paragraph.add_run()
    run.text = span.text
    run.font.name, run.font.size, run.font.bold = _FONT, Pt(size), span.bold
    run.font.color.rgb = _rgb(colour)
    return run


def _rgb(colour: str) -> RGBColor:
    red, green, blue = bytes.fromhex(colour)
    return RGBColor(red, green, blue)  # type: ignore[no-untyped-call]  # as above
