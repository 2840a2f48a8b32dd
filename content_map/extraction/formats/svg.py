"""SVG drawings: the words in them; they are never run nor drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from content_map.domain.assets import Kind
from content_map.extraction.contract import About, Block, Format, Item, Link
from content_map.extraction.problem import PROBLEMS, Code, refuse
from content_map.extraction.source import Source
from content_map.extraction.xml import attribute, descendants, local, parse_xml

_OPENING = re.compile(
    r"\s*(<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE[^>\[]*(\[[^\]]*\])?\s*>|\s)*<(\w+:)?svg[\s>]", re.DOTALL
)
# Drawing programs write this one, and it declares nothing.
_PLAIN_TYPE = re.compile(rb"<!DOCTYPE\s+svg[^>\[]*>")


def _recognises(source: Source) -> bool:
    text = source.head_text
    return text is not None and _OPENING.match(text[:16_384]) is not None


def _read(source: Source) -> Iterator[Item]:
    if source.size_bytes > source.limits.part_bytes:
        raise refuse(Code.PART_TOO_BIG)
    root = parse_xml(_PLAIN_TYPE.sub(b"", source.read(), count=1))
    title = next((element for element in root if local(element) == "title"), None)
    yield About(title=None if title is None else _words(title))
    text = "\n".join(
        filter(None, (_words(element) for element in descendants(root, "title", "desc", "text")))
    )
    yield Block("Picture", text)
    for anchor in descendants(root, "a"):
        yield Link(attribute(anchor, "href") or "")
    if not text:
        yield PROBLEMS[Code.NO_TEXT]


def _words(element: etree._Element) -> str:
    return " ".join("".join(str(text) for text in element.itertext()).split())


FORMAT = Format(
    name="SVG",
    kind=Kind.IMAGE,
    media_type="image/svg+xml",
    extensions=("svg",),
    recognises=_recognises,
    read=_read,
    order=12,
    counts_text=False,
)
