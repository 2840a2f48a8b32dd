"""CSV: the report's first table, UTF-8 with BOM, ISO dates, plain numbers, no cell a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

from content_map.reports.formats.contract import Format, Print
from content_map.reports.parts import As, Cell, Fraction

# What a spreadsheet would take for a formula when a title begins with it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write(printed: Print) -> bytes:
    """Write the first table; a share becomes two columns, its count and its n."""
    table = printed.built.tables[0]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    heads = [[each.key, f"{each.key}_n"] if each.means is As.SHARE else [each.key] for each in table.columns]
    writer.writerow([key for head in heads for key in head])
    for row in table.rows:
        writer.writerow([value for cell in row for value in _written(cell)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _written(cell: Cell) -> Iterator[str | int | float]:
    match cell:
        case None:
            yield ""
        case Fraction():
            yield from cell
        case date():  # an instant too
            yield cell.isoformat()
        case str():
            yield f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
        case _:
            yield cell


FORMAT = Format("csv", "CSV", "text/csv; charset=utf-8", write)
