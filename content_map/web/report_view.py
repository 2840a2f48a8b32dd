"""Any report as its page shows it: parts in, cells with their links, words and pages out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for
from markupsafe import Markup

from content_map.domain.statistics import fraction_text
from content_map.domain.unused import Stage
from content_map.reports.contract import Built
from content_map.reports.drawing import chart_svg
from content_map.reports.formats import Print
from content_map.reports.parts import As, Cell, Chart, Column, Definition, Figure, Fraction, Table
from content_map.reports.unused.keys import name_of
from content_map.web import formats, words
from content_map.web.speech import _

ROWS_A_PAGE = 100
_STAYS_TOGETHER = len("Q4 2026")

# Makes the report's own address with these parts of its query changed; None takes one out.
Address = Callable[..., str]


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell: `text` as people read it; `conversation` or `stage` where it is one, `url` where it leads."""

    text: str
    is_number: bool = False
    url: str | None = None
    conversation: str | None = None
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class TableView:
    """One page of a table's rows, as columns and cells; the asset ids are in the links."""

    name: str
    heading: str
    note: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[CellView, ...]]
    see: str = ""
    shown: str = ""  # which rows of how many, where they are not all here
    next_url: str | None = None
    first_url: str | None = None


@dataclass(frozen=True, slots=True)
class FigureView:
    """One number that matters, written."""

    label: str
    value: str
    definition: str
    comparison: str


@dataclass(frozen=True, slots=True)
class ChartView:
    """A picture and the same numbers as a table."""

    finding: str
    picture: Markup
    table: TableView


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows that count in nothing, for one reason."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Everything the page says; `asset_url` of the one asset it is about."""

    heading: str
    title: str
    quarter: str
    label: str
    first_day: date
    last_day: date
    is_to_date: bool
    is_demo: bool
    lead: Sequence[str]
    figures: Sequence[FigureView]
    charts: Sequence[ChartView]
    tables: Sequence[TableView]
    definitions: Sequence[Definition]
    left_out: Sequence[LeftOut]
    with_left_out: bool
    switch_url: str
    asset_url: str | None


def page_of(printed: Print, address: Address, *, table: str | None, start: int) -> ReportPage:
    """Lay a report out; of the table named `table` the page shows the rows from `start`, counted from 0."""
    question, built = printed.question, printed.built
    zone = question.definitions.zone
    first, end = question.bounds
    return ReportPage(
        heading=printed.report.heading,
        title=printed.report.title,
        quarter=str(question.quarter),
        label=_("Q%(number)s %(year)s", number=question.quarter.number, year=question.quarter.year),
        first_day=first.astimezone(zone).date(),
        last_day=end.astimezone(zone).date() - timedelta(days=1),
        is_to_date=question.is_to_date,
        is_demo=printed.is_demo,
        lead=built.lead,
        figures=[figure_of(each) for each in built.figures],
        charts=[chart_of(each) for each in built.charts],
        tables=[table_of(each, address, start if each.name == table else 0) for each in built.tables],
        definitions=built.definitions,
        left_out=left_out_of(built),
        with_left_out=question.with_left_out,
        switch_url=address(with_left_out=None if question.with_left_out else "1", table=None, start=None),
        asset_url=url_for("pages.assets.page", asset_id=question.asset) if question.asset else None,
    )


def figure_of(figure: Figure) -> FigureView:
    """Write a figure's number."""
    return FigureView(figure.label, written(figure.value), figure.definition, figure.comparison)


def left_out_of(built: Built) -> list[LeftOut]:
    """Say how many rows were left out, the most frequent reason first."""
    by_count = sorted(built.left_out.items(), key=lambda each: -each[1])
    return [LeftOut(str(words.LEFT_OUT[reason.value]), count) for reason, count in by_count if count]


def written(cell: Cell) -> str:
    """Write a value as people read it; a share always with its n."""
    match cell:
        case None:
            return "–"
        case Fraction(n=0):
            return "–"
        case Fraction():
            return _unbroken(fraction_text(cell.part, cell.n))
        case datetime():
            return formats.moment(cell)
        case date():
            return formats.day(cell)
        case int() | float():
            return formats.number(cell)
        case _:
            return _unbroken(cell)


def _unbroken(text: str) -> str:
    return text.replace(" %", "\u00a0%")


def _short(name: str) -> str:
    return name.replace(" ", "\u00a0") if len(name) <= _STAYS_TOGETHER else name


def table_of(table: Table, address: Address, start: int) -> TableView:
    """Lay out a table's rows from `start`, counted from 0."""
    shown = table.rows[start : start + ROWS_A_PAGE]
    total = len(table.rows)
    end = start + len(shown)
    asset = next((place for place, each in enumerate(table.columns) if each.means is As.ASSET), None)
    return TableView(
        table.name,
        table.heading,
        table.note,
        tuple(each for each in table.columns if each.means is not As.ASSET),
        [_row(table.columns, row, asset) for row in shown],
        table.see,
        ""
        if len(shown) == total
        else _(
            "%(first)s to %(last)s of %(total)s",
            first=formats.number(start + 1),
            last=formats.number(end),
            total=formats.number(total),
        ),
        address(table=table.name, start=str(end), _anchor=table.name) if end < total else None,
        address(table=None, start=None, _anchor=table.name) if start else None,
    )


def _row(columns: tuple[Column, ...], row: tuple[Cell, ...], asset: int | None) -> tuple[CellView, ...]:
    id_ = None if asset is None else row[asset]
    return tuple(
        _cell(column.means, cell, str(id_) if id_ else None)
        for column, cell in zip(columns, row, strict=True)
        if column.means is not As.ASSET
    )


_NUMBERS = frozenset({As.NUMBER, As.SHARE})


def _cell(means: As, cell: Cell, asset: str | None) -> CellView:
    text = written(cell)
    if cell is None:
        return CellView(text, means in _NUMBERS)
    match means:
        case As.TITLE if asset is not None:
            return CellView(text, url=url_for("pages.assets.page", asset_id=asset))
        case As.CONVERSATION:
            return CellView(text, conversation=text)
        case As.KEY:
            return CellView(_short(name_of(text)))
        case As.STAGE:
            return CellView(str(words.CLASSES[text]), stage=text if text in set(Stage) else None)
        case _:
            return CellView(text, means in _NUMBERS)


def chart_of(chart: Chart) -> ChartView:
    """Draw a chart, and lay out its numbers as a table."""
    columns = (Column("label", ""), *(Column(each.key, each.label, As.NUMBER) for each in chart.series))
    rows: list[tuple[Cell, ...]] = [
        (label, *values) for label, values in zip(chart.labels, chart.values, strict=True)
    ]
    view = TableView(chart.name, chart.heading, "", columns, [_row(columns, row, None) for row in rows])
    picture = Markup(chart_svg(chart))  # noqa: S704  # escaped where it is drawn
    return ChartView(chart.finding, picture, view)
