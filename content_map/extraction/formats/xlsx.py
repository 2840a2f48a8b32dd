"""Excel workbooks by calamine, after a look at how far each sheet reaches: a lone far cell aborts the parser."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from content_map.domain.assets import Kind
from content_map.extraction.contract import Format, Item, Link
from content_map.extraction.drawingml import document_properties, links
from content_map.extraction.limits import Limits
from content_map.extraction.package import Package
from content_map.extraction.problem import Code, refuse
from content_map.extraction.sheet_notes import sheet_notes, sheet_parts
from content_map.extraction.sheets import sheet_pages
from content_map.extraction.source import Source
from content_map.extraction.xml import refuse_declarations

_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\sr\s*=\s*[\"'](\d{1,10})")
_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?\sr\s*=\s*[\"']\$?([A-Za-z]{1,8})\$?(\d{1,10})")
_DIMENSION = re.compile(
    rb"<(?:\w+:)?dimension\b[^>]*?ref\s*=\s*[\"'][^\"':]*:\$?([A-Za-z]{1,8})\$?(\d{1,10})"
)
_ADDRESS = re.compile(rb"HYPERLINK\((?:&quot;|\")((?:https?://|mailto:)[^\"\s<]{1,2000}?)(?:&quot;|\")")
_PROLOGUE_BYTES = 4096
_SHEETS = ("xl/worksheets/", "xl/chartsheets/", "xl/macrosheets/", "xl/dialogsheets/")


def _recognises(source: Source) -> bool:
    return source.main_type.startswith(
        (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.",
            "application/vnd.ms-excel.sheet.macroenabled",
            "application/vnd.ms-excel.template.macroenabled",
        )
    )


def _read(source: Source) -> Iterator[Item]:
    package = source.package
    addresses = _check(package, source.limits)
    yield document_properties(package)
    parts = sheet_parts(package, source.main_part)
    yield from sheet_pages(
        source.file,
        source.limits,
        lambda sheet: sheet_notes(package, parts[sheet]) if sheet in parts else (),
    )
    for name in package.names:
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            yield from links(package.relations(name))
    for address in addresses:
        yield Link(address)


def _check(package: Package, limits: Limits) -> list[str]:
    """Unpack within the limits every part that calamine will, since it trusts all of them.

    Returns the addresses in formulas, which are met on the way.
    """
    addresses: list[str] = []
    for name in package.names:
        if not name.endswith((".xml", ".rels")):
            continue
        content = package.read(name)
        refuse_declarations(content)
        if name.startswith(_SHEETS) and _cells(content) > limits.grid_cells:
            raise refuse(Code.SHEET_GRID)
        if len(addresses) < limits.links and b"HYPERLINK(" in content:
            addresses += [
                html.unescape(found.decode("utf-8", "replace")) for found in _ADDRESS.findall(content)
            ]
    return addresses


def _cells(sheet: bytes) -> int:
    """Cells of the rectangle from A1 to the furthest row and column that the sheet names."""
    rows = [int(row) for row in _ROW.findall(sheet)]
    columns = set()
    for letters, row in {*_DIMENSION.findall(sheet[:_PROLOGUE_BYTES]), *_CELL.findall(sheet)}:
        columns.add(letters)
        rows.append(int(row))
    return max(rows, default=0) * max((_column(letters) for letters in columns), default=0)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


FORMAT = Format(
    name="Excel",
    kind=Kind.SHEET,
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    extensions=("xlsx", "xlsm", "xltx"),
    recognises=_recognises,
    read=_read,
)
