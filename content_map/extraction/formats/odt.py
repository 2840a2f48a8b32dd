"""OpenDocument text: by the page breaks that the program saved, else sections."""

from __future__ import annotations

from collections.abc import Iterator

from content_map.domain.assets import Kind
from content_map.extraction import opendocument
from content_map.extraction.contract import About, Block, Format, Item
from content_map.extraction.problem import Code, refuse
from content_map.extraction.sectioning import Heading, Section, sectioned
from content_map.extraction.source import Source


def _read(source: Source) -> Iterator[Item]:
    root = opendocument.content(source.package)
    yield opendocument.properties(source.package)
    body = next(root.iter("{*}text"), None)
    if body is None:
        raise refuse(Code.CORRUPT)
    lines = list(opendocument.lines(body, source.package))
    is_paged = any(opendocument.PAGE_BREAK in text for _, text in lines)
    for number, section in enumerate(_pages(lines) if is_paged else _sections(lines), 1):
        yield About(heading=section.title)
        label = f"Page {number} (approx.)" if is_paged else f"Section {number}"
        yield Block(label, section.text, title=section.title)
    yield from opendocument.links(body)


def _sections(lines: list[tuple[bool, str]]) -> Iterator[Section]:
    return sectioned(Heading(text) if heading else text for heading, text in lines)


def _pages(lines: list[tuple[bool, str]]) -> Iterator[Section]:
    title: str | None = None
    gathered: list[str] = []
    for heading, text in lines:
        before, *after = text.split(opendocument.PAGE_BREAK)
        gathered.append(before)
        for piece in after:
            yield Section(title, "\n".join(gathered))
            title, gathered = None, [piece]
        if heading and title is None:
            title = gathered[-1].strip() or None
    yield Section(title, "\n".join(gathered))


FORMAT = Format(
    name="OpenDocument text",
    kind=Kind.DOCUMENT,
    media_type="application/vnd.oasis.opendocument.text",
    extensions=("odt", "ott"),
    recognises=lambda source: opendocument.is_opendocument(source, "text", "text-web", "text-master"),
    read=_read,
)
