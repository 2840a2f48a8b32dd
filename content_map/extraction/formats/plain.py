"""Plain text: pages at form feeds, else sections of about a page."""

from __future__ import annotations

from collections.abc import Iterator

from content_map.domain.assets import Kind
from content_map.extraction.contract import Block, Format, Item, Link
from content_map.extraction.source import Source
from content_map.extraction.text import addresses, decode, paragraphs, sections


def _recognises(source: Source) -> bool:
    text = source.head_text
    return text is not None and not text.lstrip().startswith("<?xml")


def _read(source: Source) -> Iterator[Item]:
    text = (
        decode(source.read(source.limits.document_characters * 4)).replace("\r\n", "\n").replace("\r", "\n")
    )
    for address in addresses(text)[: source.limits.links]:
        yield Link(address)
    if "\f" in text.strip("\f\n "):
        for number, page in enumerate(text.rstrip("\f\n ").split("\f"), 1):
            yield Block(f"Page {number}", page)
        return
    parts = list(sections(paragraphs(text)))
    for number, part in enumerate(parts, 1):
        yield Block(f"Section {number}" if len(parts) > 1 else "Page", part)


FORMAT = Format(
    name="Plain text",
    kind=Kind.TEXT,
    media_type="text/plain",
    extensions=("txt", "text", "json", "log"),
    recognises=_recognises,
    read=_read,
    order=90,
)
