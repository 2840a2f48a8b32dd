"""What stands on a sheet of Excel beside its cells: comments, text boxes, alternative texts, titles of charts."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from content_map.extraction.drawingml import alternative_text, body_lines, chart_titles
from content_map.extraction.package import Package, Relation
from content_map.extraction.problem import Code, Refusal
from content_map.extraction.xml import attribute, descendants, local

_SHAPES = ("sp", "pic", "graphicFrame", "cxnSp")


def sheet_parts(package: Package, workbook: str) -> dict[str, str]:
    """The part of each sheet by the sheet's name."""
    root = _lenient(package, workbook)
    relations = package.relations(workbook)
    found = {}
    for sheet in () if root is None else descendants(root, "sheet"):
        relation = relations.get(_relation_id(sheet))
        if relation is not None and not relation.external:
            found[sheet.get("name") or ""] = relation.target
    return found


def sheet_notes(package: Package, sheet: str) -> Iterator[str]:
    """Lines for one sheet's part; what is damaged gives none."""
    by_kind: dict[str, list[Relation]] = {}
    for relation in package.relations(sheet).values():
        if not relation.external:
            by_kind.setdefault(relation.kind, []).append(relation)
    # Beside a thread Excel keeps its text once more, for readers that know no threads.
    for relation in by_kind.get("threadedComment") or by_kind.get("comments") or ():
        root = _lenient(package, relation.target)
        for comment in () if root is None else descendants(root, "threadedComment", "comment"):
            text = " ".join("".join(t.text or "" for t in comment.iter("{*}t", "{*}text")).split())
            if text:
                yield text
    for relation in by_kind.get("drawing", ()):
        yield from _drawn(package, relation.target)


def _drawn(package: Package, drawing: str) -> Iterator[str]:
    root = _lenient(package, drawing)
    relations = package.relations(drawing)
    for shape in () if root is None else descendants(root, *_SHAPES):
        if local(shape) == "sp":
            yield from body_lines(shape)
        properties = next(descendants(shape, "cNvPr"), None)
        if properties is not None and (text := alternative_text(properties)):
            yield text
        for pointer in descendants(shape, "chart"):
            relation = relations.get(attribute(pointer, "id") or "")
            chart = None if relation is None or relation.external else _lenient(package, relation.target)
            if chart is not None:
                yield from chart_titles(chart)


def _relation_id(sheet: etree._Element) -> str:
    return next((str(value) for key, value in sheet.attrib.items() if str(key).endswith("}id")), "")


def _lenient(package: Package, name: str) -> etree._Element | None:
    try:
        return package.optional_xml(name)
    except Refusal as refusal:
        if refusal.problem.code is not Code.CORRUPT:
            raise
        return None
