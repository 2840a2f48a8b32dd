"""Word: text by the page breaks that Word saved, with tables, notes, text boxes, headers and footers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from content_map.domain.assets import Kind
from content_map.extraction.contract import About, Block, Format, Item, Link
from content_map.extraction.drawingml import alternative_text, document_properties, graphic_lines, links
from content_map.extraction.formats.eml import message_text
from content_map.extraction.formats.html import page_text
from content_map.extraction.package import Package, Relation
from content_map.extraction.problem import Code, Refusal, refuse
from content_map.extraction.source import Source
from content_map.extraction.xml import attribute, child, children, descendants, local

_SKIPPED = frozenset(
    (
        "delText",
        "instrText",
        "del",
        "moveFrom",
        "pPr",
        "rPr",
        "sectPr",
        "tblPr",
        "trPr",
        "tcPr",
        "rt",
        "sdtPr",
    )
)
_NOTED = frozenset(("header", "footer", "footnotes", "endnotes"))
_HYPERLINK = re.compile(r"HYPERLINK\s+\"([^\"]{1,2000})\"")
_SIGNS = {"tab": "\t", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_HINT, _BREAK = "\f", "\x1c"
"""In the text while it is gathered: Word's saved page break, and one that the author asked for."""

_LONGEST_CHARACTERS = (
    3_500  # without hints a page ends here, at a paragraph, if the author did not end it before
)
_HINTED_CHARACTERS = 20_000  # no printed page holds more: the hints are from a shorter, older state


@dataclass(slots=True)
class _Document:
    """What walking needs to know of the whole document."""

    package: Package
    relations: dict[str, Relation]
    notes: dict[tuple[str, str], str]
    heading_styles: frozenset[str]
    page_notes: list[str] = field(default_factory=list)


def _recognises(source: Source) -> bool:
    return source.main_type.startswith(
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.", "application/vnd.ms-word.")
    )


def _read(source: Source) -> Iterator[Item]:
    package, main = source.package, source.main_part
    yield document_properties(package)
    root = package.xml(main)
    body = child(root, "body")
    if body is None:
        raise refuse(Code.CORRUPT)
    relations = package.relations(main)
    document = _Document(package, relations, _notes(package, relations), _heading_styles(package, relations))
    margins = _margin_lines(document)
    hinted = next(descendants(body, "lastRenderedPageBreak"), None) is not None
    pages = _pages(
        document, body, _HINT if hinted else _BREAK, _HINTED_CHARACTERS if hinted else _LONGEST_CHARACTERS
    )
    for number, (title, lines) in enumerate(pages, 1):
        if number == 1:
            lines += margins
        if title is not None:
            yield About(heading=title)
        yield Block(f"Page {number} (approx.)", "\n".join(lines), title=title)
    yield from links(relations)
    for relation in relations.values():
        if relation.kind in _NOTED and not relation.external:
            yield from links(package.relations(relation.target))
    for field_ in root.iter("{*}instrText", "{*}fldSimple"):
        address = _HYPERLINK.search(attribute(field_, "instr") or field_.text or "")
        if address is not None:
            yield Link(address.group(1))


def _pages(
    document: _Document, body: etree._Element, mark: str, longest: int
) -> Iterator[tuple[str | None, list[str]]]:
    """Each page's first heading and lines, its footnotes at its foot."""
    lines: list[str] = []
    title: str | None = None
    size = 0
    started = False
    for is_heading, text in _blocks(document, body):
        for index, piece in enumerate(_split(text, mark)):
            too_long = bool(lines) and size + len(piece) > longest
            # Word's hint counts even before any text: the first page may be a picture.
            if (index > 0 and (started or mark == _HINT)) or too_long:
                yield title, [*lines, *_taken(document.page_notes)]
                lines, title, size = [], None, 0
            if not piece.strip():
                continue
            started = True
            lines.append(piece)
            size += len(piece)
            if is_heading and title is None:
                title = piece.strip()
    lines += _taken(document.page_notes)
    if lines or not started:
        yield title, lines


def _split(text: str, mark: str) -> list[str]:
    other, stands_for = (_BREAK, "\n") if mark == _HINT else (_HINT, "")
    return text.replace(other, stands_for).split(mark)


def _taken(notes: list[str]) -> list[str]:
    taken = list(notes)
    notes.clear()
    return taken


def _blocks(document: _Document, parent: etree._Element) -> Iterator[tuple[bool, str]]:
    """Paragraphs and table rows in order, told whether they are headings."""
    for block in children(parent):
        match local(block):
            case "p":
                boxes: list[str] = []
                text = "".join(_pieces(document, block, boxes))
                properties = child(block, "pPr")
                if properties is not None and _starts_page(properties):
                    text = _BREAK + text
                yield _is_heading(document, properties), text
                yield from ((False, box) for box in boxes)
                if properties is not None and _ends_section(properties):
                    yield False, _BREAK
            case "tbl":
                yield from ((False, _row(document, row)) for row in _rows(block))
            case "altChunk":
                yield False, _foreign(document, block)
            case "sectPr":
                pass
            case _:
                yield from _blocks(document, block)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """The table's own rows, through content controls; those of tables inside it belong to their cells."""
    for element in children(table):
        if local(element) == "tr":
            yield element
        elif local(element) != "tblPr":
            yield from _rows(element)


def _row(document: _Document, row: etree._Element) -> str:
    cells = (
        " ".join(text.strip() for _, text in _blocks(document, cell) if text.strip())
        for cell in children(row)
        if local(cell) in {"tc", "sdt"}
    )
    text = "\t".join(cells).rstrip("\t")
    mark = next((sign for sign in (_HINT, _BREAK) if sign in text), "")
    return mark + text.replace(_HINT, "").replace(_BREAK, "")


def _pieces(document: _Document, parent: etree._Element, boxes: list[str]) -> Iterator[str]:
    for element in children(parent):
        name = local(element)
        if name == "t":
            yield element.text or ""
        elif name in _SIGNS:
            yield _SIGNS[name]
        elif name == "br":
            yield _BREAK if attribute(element, "type") == "page" else "\n"
        elif name == "lastRenderedPageBreak":
            yield _HINT
        elif name in {"footnoteReference", "endnoteReference"}:
            note = document.notes.get((name.removesuffix("Reference"), attribute(element, "id") or ""))
            if note:
                document.page_notes.append(note)
        elif name == "txbxContent":
            boxes.extend(text for _, text in _blocks(document, element) if text.strip())
        elif name == "docPr":
            boxes.extend(filter(None, [alternative_text(element)]))
        elif name == "graphicData":
            boxes.extend(graphic_lines(element, document.package, document.relations))
            yield from _pieces(document, element, boxes)
        elif name not in _SKIPPED:
            yield from _pieces(document, element, boxes)


def _starts_page(properties: etree._Element) -> bool:
    mark = child(properties, "pageBreakBefore")
    return mark is not None and attribute(mark, "val") not in {"0", "false", "off"}


def _ends_section(properties: etree._Element) -> bool:
    section = child(properties, "sectPr")
    if section is None:
        return False
    kind = child(section, "type")
    return kind is None or attribute(kind, "val") != "continuous"


def _is_heading(document: _Document, properties: etree._Element | None) -> bool:
    if properties is None:
        return False
    style = child(properties, "pStyle")
    if style is not None and (attribute(style, "val") or "") in document.heading_styles:
        return True
    return child(properties, "outlineLvl") is not None


def _heading_styles(package: Package, relations: dict[str, Relation]) -> frozenset[str]:
    """Ids of the styles for titles and headings; Word keeps their English names in every language."""
    root = _part(package, relations, "styles")
    if root is None:
        return frozenset()
    found = set()
    for style in descendants(root, "style"):
        name = child(style, "name")
        value = "" if name is None else (attribute(name, "val") or "").lower()
        if value == "title" or value.startswith("heading "):
            found.add(attribute(style, "styleId") or "")
    return frozenset(found)


def _notes(package: Package, relations: dict[str, Relation]) -> dict[tuple[str, str], str]:
    found = {}
    for kind in ("footnote", "endnote"):
        root = _part(package, relations, f"{kind}s")
        for note in () if root is None else descendants(root, kind):
            text = " ".join(
                "".join(t.text or "" for t in descendants(p, "t")) for p in descendants(note, "p")
            )
            if attribute(note, "type") is None and text.strip():
                found[kind, attribute(note, "id") or ""] = text.strip()
    return found


def _margin_lines(document: _Document) -> list[str]:
    """Lines of headers and footers, each once; mere page numbers are left out."""
    found: dict[str, None] = {}
    for relation in document.relations.values():
        if relation.external or relation.kind not in {"header", "footer"}:
            continue
        root = _lenient(document.package, relation.target)
        for _, text in () if root is None else _blocks(document, root):
            tidy = " ".join(text.split())
            if any(sign.isalpha() for sign in tidy) and len(tidy) > 3:
                found[tidy] = None
    return list(found)


def _foreign(document: _Document, chunk: etree._Element) -> str:
    """Text of a web page or plain text that another program left inside the document."""
    relation = document.relations.get(attribute(chunk, "id") or "")
    if relation is None or relation.external or not document.package.has(relation.target):
        return ""
    content = document.package.read(relation.target)
    if content[:512].lstrip()[:5].lower() in {b"mime-", b"from:"}:
        return message_text(content, document.package.limits)
    return page_text(content) if b"<" in content[:512] else ""


def _part(package: Package, relations: dict[str, Relation], kind: str) -> etree._Element | None:
    target = next((r.target for r in relations.values() if r.kind == kind and not r.external), None)
    return None if target is None else _lenient(package, target)


def _lenient(package: Package, name: str) -> etree._Element | None:
    try:
        return package.optional_xml(name)
    except Refusal as refusal:
        if refusal.problem.code is not Code.CORRUPT:
            raise
        return None


FORMAT = Format(
    name="Word",
    kind=Kind.DOCUMENT,
    media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    extensions=("docx", "docm", "dotx"),
    recognises=_recognises,
    read=_read,
)
