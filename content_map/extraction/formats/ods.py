"""OpenDocument workbooks, a page per sheet; the file itself holds each cell as it was shown."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from content_map.domain.assets import Kind
from content_map.extraction import opendocument
from content_map.extraction.contract import Block, Format, Item
from content_map.extraction.package import Package
from content_map.extraction.problem import Code, refuse
from content_map.extraction.source import Source
from content_map.extraction.xml import attribute, children, descendants, local


def _read(source: Source) -> Iterator[Item]:
    root = opendocument.content(source.package)
    yield opendocument.properties(source.package)
    sheets = [table for table in root.iter("{*}table") if local(table) == "table"]
    if not sheets:
        raise refuse(Code.CORRUPT)
    for number, sheet in enumerate(sheets, 1):
        lines = [*_rows(sheet), *_notes(sheet, source.package)]
        yield Block(attribute(sheet, "name") or f"Sheet {number}", "\n".join(lines))
    yield from opendocument.links(root)


def _rows(sheet: etree._Element) -> Iterator[str]:
    """Rows that hold something. Repeated ones are given once: repeats are how programs fill a sheet's rest."""
    for row in descendants(sheet, "table-row"):
        cells = (_cell(cell) for cell in children(row) if local(cell) == "table-cell")
        line = "\t".join(filter(None, cells))
        if line:
            yield line


def _notes(sheet: etree._Element, package: Package) -> Iterator[str]:
    """What stands beside the cells: comments, text boxes, alternative texts and titles of charts."""
    for comment in descendants(sheet, "annotation"):
        yield from filter(None, (opendocument.paragraph(each).strip() for each in descendants(comment, "p")))
    for shapes in descendants(sheet, "frame", "custom-shape"):
        yield from (text for _, text in opendocument.lines(shapes, package) if text.strip())


def _cell(cell: etree._Element) -> str:
    texts = (opendocument.paragraph(paragraph) for paragraph in children(cell) if local(paragraph) == "p")
    return " ".join(" ".join(texts).split())


FORMAT = Format(
    name="OpenDocument workbook",
    kind=Kind.SHEET,
    media_type="application/vnd.oasis.opendocument.spreadsheet",
    extensions=("ods", "ots"),
    recognises=lambda source: opendocument.is_opendocument(source, "spreadsheet"),
    read=_read,
)
