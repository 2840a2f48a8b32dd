"""OpenDocument presentations and drawings: a page per slide, with its notes."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from content_map.domain.assets import Kind
from content_map.extraction import opendocument
from content_map.extraction.contract import About, Block, Format, Item
from content_map.extraction.package import Package
from content_map.extraction.problem import Code, refuse
from content_map.extraction.source import Source
from content_map.extraction.xml import attribute, descendants


def _read(source: Source) -> Iterator[Item]:
    root = opendocument.content(source.package)
    yield opendocument.properties(source.package)
    slides = list(root.iter("{*}page"))
    if not slides:
        raise refuse(Code.CORRUPT)
    for number, slide in enumerate(slides, 1):
        title = _title(slide, source.package)
        yield About(heading=title)
        text = "\n".join(text for _, text in opendocument.lines(slide, source.package) if text.strip())
        yield Block(f"Slide {number}", text, title=title)
    yield from opendocument.links(root)


def _title(slide: etree._Element, package: Package) -> str | None:
    for frame in descendants(slide, "frame"):
        if attribute(frame, "class") == "title":
            return " ".join(text for _, text in opendocument.lines(frame, package)).strip() or None
    return None


FORMAT = Format(
    name="OpenDocument presentation",
    kind=Kind.DECK,
    media_type="application/vnd.oasis.opendocument.presentation",
    extensions=("odp", "otp", "odg"),
    recognises=lambda source: opendocument.is_opendocument(source, "presentation", "graphics"),
    read=_read,
)
