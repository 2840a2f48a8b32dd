"""XLSX: the finding, a sheet for each table with real numbers and dates, the charts' numbers, the definitions."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime

import xlsxwriter

from content_map.domain.statistics import PERCENT_FROM_N
from content_map.reports.formats import reading
from content_map.reports.formats.contract import Format, Print
from content_map.reports.formats.sheets import Rate, Sheet, Styles, sheet_names
from content_map.reports.parts import As, Cell, Chart, Column, Fraction, Table

_OPTIONS = {
    "constant_memory": True,  # a row goes to disk when the next one begins: 50,000 of them need no memory
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_date_format": "yyyy-mm-dd",
}
_FINDING, _CHARTS, _DEFINITIONS = "Finding", "Charts", "Definitions"


def write(printed: Print) -> bytes:
    """Write the workbook; no cell is a formula, and a share is its part, its n and from n = 10 its rate."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, _OPTIONS)
    book.set_properties(
        {
            "title": f"{printed.report.heading}, {reading.quarter(printed)}",
            "subject": printed.report.title,
            "comments": reading.DEMONSTRATION if printed.is_demo else "",
            # The bytes may not depend on the clock of the machine that writes them.
            "created": _as_of(printed).replace(tzinfo=None),
        }
    )
    styles = Styles(book, printed.question.definitions.zone)
    # The definitions have a sheet of their own, with what was left out and the settings.
    tables = [table for table in printed.built.tables if table.heading != _DEFINITIONS]
    heads = [_FINDING, *(table.heading for table in tables), _CHARTS, _DEFINITIONS]
    names = iter(sheet_names(heads))
    _finding(Sheet(book, next(names), styles, _mark(printed)), printed)
    for table in tables:
        _table(Sheet(book, next(names), styles, _mark(printed)), table)
    charts, definitions = next(names), next(names)
    if printed.built.charts:
        _charts(Sheet(book, charts, styles, _mark(printed)), printed)
    _definitions(Sheet(book, definitions, styles, _mark(printed)), printed)
    book.close()
    return held.getvalue()


FORMAT = Format("xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write)


def _as_of(printed: Print) -> datetime:
    moment = printed.freezing.at if printed.freezing is not None else printed.question.now
    return moment.astimezone(UTC)


def _mark(printed: Print) -> str:
    said = f"{printed.report.heading}, {reading.quarter(printed)}"
    return f"{said} - {reading.DEMONSTRATION}" if printed.is_demo else said


def _finding(sheet: Sheet, printed: Print) -> None:
    sheet.columns([34, 16, 10, 10, 60, 40])
    sheet.line([printed.report.heading], strong=True)
    sheet.line([f"{printed.report.title}."])
    sheet.line([reading.period(printed)])
    sheet.line([reading.standing(printed)])
    if printed.is_demo:
        sheet.line([reading.DEMONSTRATION], strong=True)
    sheet.line([])
    for sentence in printed.built.lead:
        sheet.line([sentence])
    sheet.line([reading.left_out_text(printed)])
    sheet.line([])
    if printed.built.figures:
        sheet.line(["Figure", "Value", "of n", "Rate", "What it counts", "Compared"], strong=True)
    for figure in printed.built.figures:
        values = (
            list(_values(figure.value)) if isinstance(figure.value, Fraction) else [figure.value, None, None]
        )
        sheet.line([figure.label, *values, figure.definition, figure.comparison or None])


def _table(sheet: Sheet, table: Table) -> None:
    columns = [(each, head) for each in table.columns for head in _heads(each)]
    sheet.columns(_widths(table))
    sheet.line([head for _, head in columns], strong=True)
    for row in table.rows:
        cells: list[Cell] = []
        for column, cell in zip(table.columns, row, strict=True):
            cells += _written(column, cell)
        sheet.line(cells, days=[each.means is As.DAY for each, _ in columns])
    sheet.freeze_head(len(columns), len(table.rows))


def _charts(sheet: Sheet, printed: Print) -> None:
    sheet.columns([40, *[16] * max(len(chart.series) for chart in printed.built.charts)])
    for chart in printed.built.charts:
        sheet.line([chart.heading], strong=True)
        sheet.line([chart.finding])
        sheet.line(["", *(series.label for series in chart.series)], strong=True)
        for label, values in _rows(chart):
            sheet.line([label, *values])
        sheet.line([])


def _rows(chart: Chart) -> Iterator[tuple[str, tuple[float | int | None, ...]]]:
    return zip(chart.labels, chart.values, strict=True)


def _definitions(sheet: Sheet, printed: Print) -> None:
    sheet.columns([34, 34, 100])
    sheet.line(["What", "", "Meaning"], strong=True)
    for name, value in reading.settings(printed):
        sheet.line([name, "", value])
    for each in printed.built.definitions:
        sheet.line([each.word, "", each.meaning])
    for reason, count in reading.left_out(printed):
        sheet.line(["Left out", reason, count])
    for table in printed.built.tables:
        if table.note:
            sheet.line([table.heading, "", table.note])
        for column in table.columns:
            if column.definition:
                sheet.line([table.heading, column.heading, column.definition])


def _heads(column: Column) -> list[str]:
    match column.means:
        case As.SHARE:
            return [column.heading, f"{column.heading}: of n", f"{column.heading}: rate from n = 10"]
        case As.INSTANT:
            return [f"{column.heading} (UTC)"]
        case _:
            return [column.heading]


def _written(column: Column, cell: Cell) -> list[Cell]:
    if column.means is As.SHARE:
        return list(_values(cell)) if isinstance(cell, Fraction) else [cell, None, None]
    return [reading.word_of(cell, column.means) if isinstance(cell, str) else cell]


def _values(share: Fraction) -> Iterator[Cell]:
    """Give part, n and the rate, which nobody may read below ten: there it is left empty."""
    yield share.part
    yield share.n
    yield Rate(share.part / share.n) if share.n >= PERCENT_FROM_N else None


def _widths(table: Table) -> list[int]:
    sample = table.rows[:200]
    widths: list[int] = []
    for place, column in enumerate(table.columns):
        texts = (len(cell) for row in sample if isinstance(cell := row[place], str))
        widest = max(texts, default=0) if column.means is not As.ASSET else 14
        widths += [min(max(len(head) + 3, widest + 2, 10), 60) for head in _heads(column)]
    return widths
