"""PowerPoint: slides in order, hidden ones too, with tables, charts, SmartArt, alternative texts and notes."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lxml import etree

from content_map.domain.assets import Kind
from content_map.extraction.contract import About, Block, Format, Item, Warned
from content_map.extraction.drawingml import (
    alternative_text,
    body_lines,
    document_properties,
    graphic_lines,
    links,
    table_lines,
)
from content_map.extraction.package import Package, Relation
from content_map.extraction.problem import Code, Refusal, refuse
from content_map.extraction.source import Source
from content_map.extraction.xml import child, children, descendants, local

_TITLES = frozenset(("title", "ctrTitle"))
_REPEATED = frozenset(("sldNum", "dt", "ftr", "hdr"))
_SHAPES = frozenset(("sp", "grpSp", "graphicFrame", "pic", "cxnSp"))


def _recognises(source: Source) -> bool:
    return source.main_type.startswith(
        (
            "application/vnd.openxmlformats-officedocument.presentationml.",
            "application/vnd.ms-powerpoint.",
        )
    )


def _read(source: Source) -> Iterator[Item]:
    package = source.package
    yield document_properties(package)
    slides = _slides(package, source.main_part)
    if not slides:
        raise refuse(Code.CORRUPT)
    for index, name in enumerate(slides[: source.limits.pages + 1], 1):
        label = f"Slide {index}"
        try:
            root = package.xml(name)
        except Refusal as refusal:
            if refusal.problem.code is not Code.CORRUPT:
                raise
            yield Block(label, "")
            yield Warned(f"Slide {index:,} is damaged and was left out.")
            continue
        relations = package.relations(name)
        title = _title(root)
        yield About(heading=title)
        yield Block(label, "\n".join(_slide_lines(root, package, relations)), title=title)
        yield from links(relations)


def _slides(package: Package, main_part: str) -> list[str]:
    """Names of the slides' parts in the order of the show; by number where the list is lost."""
    relations = package.relations(main_part)
    listed = [
        relations[identity].target
        for entry in descendants(package.xml(main_part), "sldId")
        if (identity := _relation_id(entry)) in relations
    ]
    if listed:
        return listed
    numbered = [
        name for name in package.names if name.startswith("ppt/slides/slide") and name.endswith(".xml")
    ]
    return sorted(numbered, key=lambda name: (len(name), name))


def _relation_id(entry: etree._Element) -> str:
    """`id` is the slide's own number, `r:id` the relation: only the namespace tells them apart."""
    return next((str(value) for key, value in entry.attrib.items() if str(key).endswith("}id")), "")


def _title(slide: etree._Element) -> str | None:
    for shape in descendants(slide, "sp"):
        if _placeholder(shape) in _TITLES:
            return " ".join(" ".join(body_lines(shape)).split()) or None
    return None


def _placeholder(shape: etree._Element) -> str | None:
    mark = next(descendants(shape, "ph"), None)
    return None if mark is None else mark.get("type") or "obj"


def _slide_lines(slide: etree._Element, package: Package, relations: dict[str, Relation]) -> Iterator[str]:
    for tree in descendants(slide, "spTree"):
        yield from _shape_lines(tree, package, relations)
        break
    for relation in relations.values():
        if relation.kind == "notesSlide" and not relation.external:
            yield from _notes(package, relation.target)


def _shape_lines(tree: etree._Element, package: Package, relations: dict[str, Relation]) -> Iterator[str]:
    for shape in children(tree):
        if local(shape) not in _SHAPES:
            continue
        if local(shape) == "grpSp":
            yield from _shape_lines(shape, package, relations)
            yield from _described(shape, ())
            continue
        if _placeholder(shape) in _REPEATED:
            continue
        lines = list(_own_lines(shape, package, relations))
        yield from lines
        yield from _described(shape, lines)


def _described(shape: etree._Element, said: Collection[str]) -> Iterator[str]:
    """The shape's alternative text; a group's stands before those of its members."""
    properties = next(descendants(shape, "cNvPr"), None)
    text = "" if properties is None else alternative_text(properties)
    if text and text not in said:
        yield text


def _own_lines(shape: etree._Element, package: Package, relations: dict[str, Relation]) -> Iterator[str]:
    body = child(shape, "txBody")
    if body is not None:
        yield from body_lines(body)
    for table in descendants(shape, "tbl"):
        yield from table_lines(table)
    yield from graphic_lines(shape, package, relations)


def _notes(package: Package, name: str) -> Iterator[str]:
    try:
        root = package.optional_xml(name)
    except Refusal as refusal:
        if refusal.problem.code is not Code.CORRUPT:
            raise
        return
    for shape in () if root is None else descendants(root, "sp"):
        if _placeholder(shape) == "body":
            yield from body_lines(shape)


FORMAT = Format(
    name="PowerPoint",
    kind=Kind.DECK,
    media_type="application/vnd.openxmlformats-officedocument.presentationml.presentation",
    extensions=("pptx", "pptm", "ppsx", "potx"),
    recognises=_recognises,
    read=_read,
)
