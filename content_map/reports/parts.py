"""What reports are made of, whatever they report: figures, charts and tables, each with its definition.

Page, PDF, XLSX, CSV and JSON draw the same parts; a number stands in exactly one of them and every format
takes it from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class Fraction(NamedTuple):
    """A part of n. People read it by `statistics.fraction_text`; spreadsheets and JSON get both numbers."""

    part: int
    n: int


Cell = str | int | float | date | datetime | Fraction | None


class As(StrEnum):
    """How a column's cells are meant, for those who draw them."""

    TEXT = "text"
    NUMBER = "number"
    SHARE = "share"  # cells are Fractions
    DAY = "day"
    INSTANT = "instant"
    ASSET = "asset"  # an id, never read by people: the column `title` stands beside it
    TITLE = "title"  # of the asset whose id is in the row's ASSET column
    CONVERSATION = "conversation"  # a conversation's key
    STAGE = "stage"  # a class of the unused-assets report
    KEY = "key"  # a stored key, such as logged_by_hand or 2026-Q3; people read its name


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `key` for machines, `heading` for readers, `definition` in one sentence where it needs one."""

    key: str
    heading: str
    means: As = As.TEXT
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as every format shows them; CSV takes the first table of a report, XLSX a sheet each.

    `note` says under the heading what a reader must know, such as how many rows were left out or folded;
    `see` is the path of the page where one acts on it.
    """

    name: str
    heading: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    note: str = ""
    see: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that matters; `definition` is printed under it."""

    key: str
    label: str
    value: Cell
    definition: str
    comparison: str = ""  # a sentence, such as how it was in the quarter before


class ChartKind(StrEnum):
    """The ways to draw."""

    COLUMNS = "columns"  # one number a label
    STACKED = "stacked"  # several numbers a label, side by side in the order of the series
    LINES = "lines"  # several series over labels that are points in time
    MATRIX = "matrix"  # a number for each pair of label (row) and series (column)


@dataclass(frozen=True, slots=True)
class Series:
    """One line, segment or column of a chart. `tone` names a colour: a Stage, a Conversation or plain."""

    key: str
    label: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of numbers and the finding in words; `values[i][j]` belongs to `labels[i]` and `series[j]`.

    None is a gap: nothing was measured there.
    """

    name: str
    heading: str
    kind: ChartKind
    finding: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    values: tuple[tuple[float | int | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A word and what it means in this report, settings filled in."""

    word: str
    meaning: str
