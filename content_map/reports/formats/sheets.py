"""Sheets of a workbook: names that are legal, and cells with the kind of value that they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from content_map.reports.parts import Cell, Fraction

NAME_CHARACTERS = 31
TEXT_CHARACTERS = 32_767
_ILLEGAL = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_FIRST_YEAR = 1900  # spreadsheets know no day before


def sheet_names(headings: Iterable[str]) -> list[str]:
    """Make names that spreadsheets take: legal, at most 31 characters, no two alike whatever the case."""
    names: list[str] = []
    taken = {"history"}  # spreadsheets keep this one for themselves
    for heading in headings:
        plain = (
            " ".join(_ILLEGAL.sub(" ", heading).split()).strip("'")[:NAME_CHARACTERS].strip(" '") or "Sheet"
        )
        name, number = plain, 2
        while name.casefold() in taken:
            ending = f" {number}"
            name, number = f"{plain[: NAME_CHARACTERS - len(ending)]}{ending}", number + 1
        taken.add(name.casefold())
        names.append(name)
    return names


class Rate(float):
    """A part of one, shown as a percentage."""


class Styles:
    """How cells look, made once for a book; `zone` is the one in which instants become days."""

    def __init__(self, book: Any, zone: ZoneInfo) -> None:
        self.zone = zone
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.count = book.add_format({"num_format": "#,##0"})
        self.decimal = book.add_format({"num_format": "#,##0.00"})
        self.rate = book.add_format({"num_format": "0.0%"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})


class Sheet:
    """One sheet, written line by line from the top; `mark` stands at the head of every printed page."""

    def __init__(self, book: Any, name: str, styles: Styles, mark: str) -> None:
        self._sheet = book.add_worksheet(name)
        self._styles = styles
        self._line = 0
        self._sheet.set_landscape()
        self._sheet.set_paper(9)  # A4
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_header(f"&L{mark.replace('&', '&&')[:200]}&R&P of &N")

    def columns(self, widths: Sequence[int]) -> None:
        """Set the widths, in characters."""
        for place, width in enumerate(widths):
            self._sheet.set_column(place, place, width)

    def line(self, cells: Sequence[Cell], *, strong: bool = False, days: Sequence[bool] = ()) -> None:
        """Write the next line; where `days` says so, an instant is written as its day in the zone."""
        for place, cell in enumerate(cells):
            self._write(place, cell, is_head=strong, is_day=bool(days) and days[place])
        self._line += 1

    def freeze_head(self, columns: int, rows: int) -> None:
        """Keep the first line in sight, on every printed page too, and let it filter the rows."""
        self._sheet.freeze_panes(1, 0)
        self._sheet.repeat_rows(0)
        if columns:
            self._sheet.autofilter(0, 0, max(rows, 1), columns - 1)

    def _write(self, place: int, cell: Cell, *, is_head: bool, is_day: bool) -> None:
        styles, at = self._styles, (self._line, place)
        match cell:
            case None:
                return
            case Fraction():
                raise TypeError("a share is written as two numbers")
            case datetime() if is_day:
                self._day(at, cell.astimezone(styles.zone).date())
            case datetime():
                moment = cell.astimezone(UTC).replace(tzinfo=None, microsecond=0)
                if moment.year < _FIRST_YEAR:
                    self._sheet.write_string(*at, moment.isoformat())
                else:
                    self._sheet.write_datetime(*at, moment, styles.instant)
            case date():
                self._day(at, cell)
            case int():
                self._sheet.write_number(*at, cell, styles.count)
            case float() if not isfinite(cell):
                self._sheet.write_string(*at, str(cell))
            case Rate():
                self._sheet.write_number(*at, cell, styles.rate)
            case float():
                self._sheet.write_number(*at, cell, styles.decimal)
            case _:
                self._sheet.write_string(*at, cell[:TEXT_CHARACTERS], styles.head if is_head else None)

    def _day(self, at: tuple[int, int], day: date) -> None:
        if day.year < _FIRST_YEAR:
            self._sheet.write_string(*at, day.isoformat())
        else:
            self._sheet.write_datetime(*at, day, self._styles.day)
