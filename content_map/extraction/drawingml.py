"""What Word and PowerPoint share: paragraphs, tables, charts, SmartArt, alternative texts, properties, links."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from content_map.extraction.contract import About, Link
from content_map.extraction.package import Package, Relation
from content_map.extraction.problem import Refusal
from content_map.extraction.xml import attribute, children, descendants, local

_PICTURE_NAME = re.compile(r"\S+\.(png|jpe?g|gif|svg|emf|wmf|tiff?|bmp|webp)", re.IGNORECASE)
_GUESSED = re.compile(r"(description automatically generated|AI-generated content)", re.IGNORECASE)
_CHART_VALUES = 2_000


def paragraph_text(paragraph: etree._Element) -> str:
    """Text of one DrawingML paragraph: runs, fields and breaks."""
    elements = descendants(paragraph, "t", "br")
    return "".join("\n" if local(element) == "br" else element.text or "" for element in elements)


def body_lines(body: etree._Element) -> Iterator[str]:
    """The paragraphs of a text body that say something."""
    for paragraph in descendants(body, "p"):
        text = paragraph_text(paragraph)
        if text.strip():
            yield text


def table_lines(table: etree._Element) -> Iterator[str]:
    """A table's rows with tabs between the cells; merged-away cells are left out."""
    for row in descendants(table, "tr"):
        cells = [" ".join(body_lines(cell)) for cell in children(row) if local(cell) == "tc"]
        if any(cell.strip() for cell in cells):
            yield "\t".join(cells).rstrip("\t")


def alternative_text(properties: etree._Element) -> str:
    """What the author wrote for those who cannot see it; file names and the program's guesses are not that."""
    text = (properties.get("descr") or properties.get("title") or "").strip()
    return text if is_written(text) else ""


def is_written(alternative: str) -> bool:
    """Say whether a person wrote this alternative text."""
    return not (_PICTURE_NAME.fullmatch(alternative) or _GUESSED.search(alternative))


def graphic_lines(frame: etree._Element, package: Package, relations: dict[str, Relation]) -> Iterator[str]:
    """Text of the charts and SmartArt that a drawing points to; a damaged one gives none."""
    for pointer in descendants(frame, "chart", "relIds"):
        wanted = "id" if local(pointer) == "chart" else "dm"
        relation = relations.get(attribute(pointer, wanted) or "")
        if relation is None or relation.external:
            continue
        try:
            root = package.optional_xml(relation.target)
        except Refusal as refusal:
            if refusal.problem.code != "corrupt":
                raise
            continue
        if root is not None:
            yield from _chart_lines(root) if wanted == "id" else body_lines(root)


def chart_titles(chart: etree._Element) -> Iterator[str]:
    """Titles of a chart, of its axes and of its series: for one whose values stand beside it anyway."""
    for title in descendants(chart, "title"):
        yield from body_lines(title)
    for series in descendants(chart, "ser"):
        yield from filter(None, ("\t".join(_values(series, "tx")),))


def _chart_lines(chart: etree._Element) -> Iterator[str]:
    for title in descendants(chart, "title"):
        yield from body_lines(title)
    for series in descendants(chart, "ser"):
        yield "\t".join(_values(series, "tx"))
        rows = zip(_values(series, "cat", "xVal"), _values(series, "val", "yVal"), strict=False)
        yield from ("\t".join(row) for row in rows)


def _values(series: etree._Element, *names: str) -> list[str]:
    found: list[str] = []
    for part in descendants(series, *names):
        for value in descendants(part, "v"):
            if len(found) >= _CHART_VALUES:
                return found
            found.append(readable_number(value.text or ""))
    return found


def readable_number(text: str) -> str:
    """A stored number as people write it (0.30000000000000004 is 0.3); other text stays."""
    try:
        number = float(text)
    except ValueError:
        return text
    if number != number or abs(number) >= 1e15 or "_" in text:
        return text
    return f"{number:.15g}" if abs(number) >= 1e-4 or number == 0 else text


def document_properties(package: Package) -> About:
    """Title and author from the package's properties."""
    target = next((r.target for r in package.relations("").values() if r.kind == "core-properties"), None)
    try:
        root = package.optional_xml(target or "docProps/core.xml")
    except Refusal as refusal:
        if refusal.problem.code != "corrupt":
            raise
        root = None
    if root is None:
        return About()
    found = {local(entry): entry.text or "" for entry in root}
    return About(title=found.get("title"), author=found.get("creator"))


def links(relations: dict[str, Relation]) -> Iterator[Link]:
    """The addresses that a part links to; pictures and templates from elsewhere are not links."""
    for relation in relations.values():
        if relation.external and relation.kind == "hyperlink":
            yield Link(relation.target)
