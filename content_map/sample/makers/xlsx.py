"""A workbook: one sheet a section, input cells to fill in, named cells, formulas and charts that follow them.

In a table a cell `[12]` is an input, a cell that starts with `=` a formula, and `Label {name}` gives the cell to
its right that name. The column headed "Unit" says how its row's numbers are shown.
"""

from __future__ import annotations

import io
import re

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from content_map.sample.makers.formulas import Value, evaluate
from content_map.sample.makers.pieces import (
    ACCENT,
    INK,
    LINE,
    PALE,
    QUIET,
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

_NAMED = re.compile(r"\s*\{(\w+)\}$")
_INPUT = re.compile(r"\[(.*)\]$")
_NUMBER = re.compile(r"-?\d+(\.\d+)?$")
_WIDEST, _NARROWEST = 60, 12  # characters
_SMALL = 10  # below it a chart shows one decimal
_NOT_IN_A_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_SHOWN_AS = {"€": "€ #,##0", "%": "0 %", "months": "0.0", "years": "0.0", "score": "0.0"}


def make(piece: Piece) -> bytes:
    """Make the workbook."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    workbook.set_properties(
        {
            "title": piece.title,
            "subject": piece.summary,
            "author": piece.author,
        }
    )
    book = _Book(workbook)
    for section in piece.sections:
        _Sheet(book, section, piece).fill()
    workbook.close()
    return settle(stream.getvalue())


class _Book:
    """What the sheets share: formats by look, and the values of named cells."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.values: dict[str, Value] = {}
        self.places: dict[str, str] = {}
        self._formats: dict[str, Format] = {}

    def look(self, **properties: object) -> Format:
        key = repr(sorted(properties.items()))
        if key not in self._formats:
            shared = {"font_name": "Calibri", "font_size": 11, "font_color": f"#{TEXT}", "valign": "top"}
            self._formats[key] = self.workbook.add_format({**shared, **properties})
        return self._formats[key]


class _Sheet:
    """One sheet being written from top to bottom."""

    def __init__(self, book: _Book, section: Section, piece: Piece) -> None:
        self._book, self._section, self._piece = book, section, piece
        name = _NOT_IN_A_SHEET_NAME.sub(" ", section.title)[:31].strip()
        self._name = name
        self._sheet: Worksheet = book.workbook.add_worksheet(name)
        self._row = 0
        self._widths: dict[int, int] = {}

    def fill(self) -> None:
        look = self._book.look
        self._sheet.hide_gridlines(2)
        self._sheet.set_column(0, 0, 3)
        self._put(1, self._section.title, look(bold=True, font_size=18, font_color=f"#{INK}"), measured=False)
        by = f"{VENDOR} · {self._piece.mark or self._piece.title}"
        self._put(1, by, look(font_size=9, font_color=f"#{QUIET}"), measured=False)
        self._row += 1
        for block in self._section.blocks:
            self._write(block)
            self._row += 1
        for column, width in self._widths.items():
            self._sheet.set_column(column, column, max(_NARROWEST, min(_WIDEST, width + 2)))

    def _write(self, block: Block) -> None:
        look = self._book.look
        match block:
            case Paragraph(text):
                self._put(1, plain(text), look(), measured=False)
            case Subheading(text):
                self._put(1, text, look(bold=True, font_color=f"#{ACCENT}"), measured=False)
            case Bullets(items):
                for item in items:
                    self._put(1, f"• {plain(item)}", look(), measured=False)
            case Quote(text, source):
                self._put(1, f"“{text}” {source}", look(italic=True), measured=False)
            case Figures(items) | Steps(items):
                self._table(Table(("", ""), items))
            case Table():
                self._table(block)
            case Bars(title, rows):
                self._chart(title, rows)

    def _put(self, column: int, text: str, look: Format, *, measured: bool = True) -> None:
        self._sheet.write_string(self._row, column, text, look)
        if measured:
            self._widths[column] = max(self._widths.get(column, 0), len(text))
        self._row += 1

    def _table(self, table: Table) -> None:
        head = self._book.look(bold=True, font_color="#FFFFFF", bg_color=f"#{INK}", text_wrap=True)
        unit_at = table.header.index("Unit") if "Unit" in table.header else None
        for column, words in enumerate(table.header, start=1):
            self._sheet.write_string(self._row, column, words, head)
            self._measure(column, words)
        for row in table.rows:
            self._row += 1
            unit = row[unit_at] if unit_at is not None else ""
            named = _NAMED.search(row[0])
            for column, words in enumerate(row, start=1):
                self._cell(column, words, unit, named.group(1) if named and column == 2 else None)
        self._row += 1

    def _cell(self, column: int, words: str, unit: str, name: str | None) -> None:
        look: dict[str, object] = {"bottom": 1, "bottom_color": f"#{LINE}", "text_wrap": True}
        if typed := _INPUT.match(words):
            words = typed.group(1)
            look |= {"bg_color": "#FFF6D6", "font_color": "#7A4B00"}
        shown = next((form for start, form in _SHOWN_AS.items() if unit.startswith(start)), "#,##0")
        value: Value = _NAMED.sub("", words)
        if words.startswith("="):
            value = evaluate(words, self._book.values)
            look |= {"num_format": shown, "bold": True, "bg_color": f"#{PALE}"}
            self._sheet.write_formula(self._row, column, words, self._book.look(**look), value)
        elif _NUMBER.match(words):
            value = float(words)
            look["num_format"] = shown if value.is_integer() or shown != "#,##0" else "#,##0.##"
            self._sheet.write_number(self._row, column, value, self._book.look(**look))
        else:
            self._sheet.write_string(self._row, column, str(value), self._book.look(**look))
            self._measure(column, str(value))
        if name:
            place = f"'{self._name}'!${chr(ord('A') + column)}${self._row + 1}"
            self._book.workbook.define_name(name, f"={place}")
            self._book.values[name] = value

    def _measure(self, column: int, words: str) -> None:
        self._widths[column] = max(self._widths.get(column, 0), len(words))

    def _chart(self, title: str, rows: tuple[tuple[str, str], ...]) -> None:
        first = self._row
        for label, value in rows:
            self._sheet.write_string(self._row, 1, label, self._book.look())
            formula = value if _NUMBER.match(value) else f"={value}"
            result = evaluate(formula, self._book.values)
            shown = "0.0" if isinstance(result, float) and abs(result) < _SMALL else "#,##0"
            look = self._book.look(num_format=shown)
            if formula.startswith("="):
                self._sheet.write_formula(self._row, 2, formula, look, result)
            else:
                self._sheet.write(self._row, 2, result, look)
            self._row += 1
        chart = self._book.workbook.add_chart({"type": "bar"})
        chart.add_series(
            {
                "name": title,
                "categories": [self._name, first, 1, self._row - 1, 1],
                "values": [self._name, first, 2, self._row - 1, 2],
                "fill": {"color": f"#{ACCENT}"},
                "data_labels": {"value": True},
            }
        )
        chart.set_title({"name": title, "name_font": {"size": 12, "color": f"#{INK}"}})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True})
        self._sheet.insert_chart(self._row + 1, 1, chart, {"object_position": 2})
        self._row += 16
