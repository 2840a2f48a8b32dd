"""What the OpenDocument formats share: text of paragraphs, tables, properties and links."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from content_map.extraction.contract import About, Link
from content_map.extraction.package import Package
from content_map.extraction.problem import Code, Refusal, refuse
from content_map.extraction.source import Source
from content_map.extraction.xml import attribute, children, descendants, local

_SKIPPED = frozenset(
    (
        "annotation",
        "tracked-changes",
        "note",
        "ruby-text",
        "bookmark",
        "forms",
        "sequence-decls",
        "variable-decls",
    )
)
PAGE_BREAK = "\f"
"""Stands where the program saved that a page ends."""

_MOST_SPACES = 100
_SIGNS = {"tab": "\t", "line-break": "\n", "soft-page-break": PAGE_BREAK}


def is_opendocument(source: Source, *kinds: str) -> bool:
    """Say whether it is an OpenDocument of one of these kinds, or a template of it."""
    types = {
        f"application/vnd.oasis.opendocument.{kind}{suffix}" for kind in kinds for suffix in ("", "-template")
    }
    return source.main_type in types


def content(package: Package) -> etree._Element:
    """Root of the content; raises Refusal (encrypted, corrupt and the guards)."""
    if package.has("META-INF/manifest.xml") and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise refuse(Code.ENCRYPTED)
    return package.xml("content.xml")


def properties(package: Package) -> About:
    """Title and author from the document's properties."""
    try:
        root = package.optional_xml("meta.xml")
    except Refusal as refusal:
        if refusal.problem.code is not Code.CORRUPT:
            raise
        root = None
    found = {} if root is None else {local(entry): entry.text or "" for entry in root.iter("{*}*")}
    return About(title=found.get("title"), author=found.get("initial-creator") or found.get("creator"))


def lines(parent: etree._Element, package: Package) -> Iterator[tuple[bool, str]]:
    """Paragraphs and table rows in order, told whether they are headings; notes follow their paragraph.

    What stands in a frame follows it too: text boxes, alternative texts, and charts from their own part.
    """
    for element in children(parent):
        name = local(element)
        if name in {"p", "h"}:
            yield name == "h", paragraph(element)
            for note in descendants(element, "note-body"):
                yield from lines(note, package)
            for frame in _outermost_frames(element):
                yield from lines(frame, package)
        elif name == "table-row":
            cells = [" ".join(text for _, text in lines(cell, package) if text) for cell in children(element)]
            yield False, "\t".join(cells).strip("\t")
        elif name == "object":
            yield from ((False, text) for text in embedded_lines(element, package))
        elif name == "soft-page-break":
            yield False, PAGE_BREAK
        elif name in {"desc", "title"} and element.text:
            yield False, element.text
        elif name not in _SKIPPED:
            yield from lines(element, package)


def _outermost_frames(element: etree._Element) -> Iterator[etree._Element]:
    for found in children(element):
        if local(found) == "frame":
            yield found
        else:
            yield from _outermost_frames(found)


def embedded_lines(pointer: etree._Element, package: Package) -> Iterator[str]:
    """Titles, categories and values of a chart that a frame points to; formulas and damaged ones give none."""
    name = (attribute(pointer, "href") or "").removeprefix("./").rstrip("/")
    try:
        root = package.optional_xml(f"{name}/content.xml" if name and ":" not in name else None)
    except Refusal as refusal:
        if refusal.problem.code is not Code.CORRUPT:
            raise
        return
    if root is None or next(descendants(root, "chart"), None) is None:
        return
    for title in descendants(root, "title", "subtitle"):
        yield from (paragraph(each) for each in descendants(title, "p"))
    for row in descendants(root, "table-row"):
        cells = [" ".join(paragraph(each) for each in descendants(cell, "p")) for cell in children(row)]
        if any(cells):
            yield "\t".join(cells).strip("\t")


def paragraph(element: etree._Element) -> str:
    """Text of one paragraph with its spaces, tabs and breaks."""
    return "".join(_pieces(element))


def _pieces(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        name = local(child)
        if name == "s":
            count = attribute(child, "c") or "1"
            yield " " * (min(int(count), _MOST_SPACES) if count.isdecimal() else 1)
        elif name in _SIGNS:
            yield _SIGNS[name]
        elif name != "frame" and name not in _SKIPPED:
            yield from _pieces(child)
        yield child.tail or ""


def links(root: etree._Element) -> Iterator[Link]:
    """Addresses of the document's links."""
    for anchor in root.iter("{*}a"):
        yield Link(attribute(anchor, "href") or "")
