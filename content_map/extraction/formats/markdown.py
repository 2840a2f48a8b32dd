"""Markdown: its marks taken off, by sections at the headings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content_map.domain.assets import Kind
from content_map.extraction.contract import About, Block, Format, Item, Link
from content_map.extraction.sectioning import Heading, sectioned
from content_map.extraction.source import Source
from content_map.extraction.text import addresses, decode

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(\S[^\n]*?)[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{3,})[ \t]*$")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_TABLE_RULE = re.compile(r"\s*\|?[\s:|-]+\|?\s*$")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,1000})\]\(\s*<?([^\s()<>]{0,2000})>?[^()\n]{0,300}\)")
_AUTOLINK = re.compile(r"<(https?://[^\s<>]{1,2000})>")
_EMPHASIS = re.compile(r"(\*\*|__|~~|`+)(?=\S)([^\n]{1,2000}?)(?<=\S)\1")
_ITALIC = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]{1,1000})(?<=\S)\*(?![\w*])")
_COMMENT = re.compile(r"<!--[^<]{0,2000}-->")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,500}>")
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.{0,8000}?)\r?\n(---|\.\.\.)[ \t]*\r?\n", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:[ \t]*[\"']?([^\n]+?)[\"']?[ \t]*$", re.MULTILINE)
_FRONT_AUTHOR = re.compile(r"^authors?:[ \t]*[\"']?([^\n\[\]]+?)[\"']?[ \t]*$", re.MULTILINE)
_SIGNS = (
    re.compile(r"^ {0,3}#{1,6}[ \t]+\S", re.MULTILINE),
    re.compile(r"\[[^\]\n]+\]\([^)\s]+\)"),
    re.compile(r"^ {0,3}(```|~~~)", re.MULTILINE),
    re.compile(r"\*\*\S[^\n]*?\*\*"),
    re.compile(r"^\|?[ \t]*:?-{3,}:?[ \t]*\|", re.MULTILINE),
    re.compile(r"^[ \t]*[-*+][ \t]+\S", re.MULTILINE),
    re.compile(r"\A---[ \t]*\r?\n\w+:"),
)


def is_markdown(text: str) -> bool:
    """Say whether a text shows at least two of Markdown's habits, or is short and has a heading."""
    signs = [sign.search(text) is not None for sign in _SIGNS]
    return sum(signs) >= 2 or (signs[0] and text.count("\n") < 20)


def _recognises(source: Source) -> bool:
    text = source.head_text
    return text is not None and is_markdown(text[:20_000])


def _read(source: Source) -> Iterator[Item]:
    text = decode(source.read(source.limits.document_characters * 4)).replace("\r\n", "\n")
    front = _FRONT_MATTER.match(text)
    if front is not None:
        title = _FRONT_TITLE.search(front.group(1))
        author = _FRONT_AUTHOR.search(front.group(1))
        yield About(
            title=None if title is None else title.group(1),
            author=None if author is None else author.group(1),
        )
        text = text[front.end() :]
    sections = list(sectioned(_lines(text)))
    yield About(heading=next((section.title for section in sections if section.title), None))
    for number, section in enumerate(sections, 1):
        yield Block(f"Section {number}" if len(sections) > 1 else "Page", section.text, title=section.title)
    for match in _LINK.finditer(text):
        yield Link(match.group(2))
    for match in _AUTOLINK.finditer(text):
        yield Link(match.group(1))
    for address in addresses(text):
        yield Link(address)


def _lines(text: str) -> Iterator[Heading | str]:
    in_code = False
    previous: str | None = None  # held back, since an underline on the next line makes it a heading
    for line in text.split("\n"):
        if _FENCE.match(line):
            in_code = not in_code
            continue
        if in_code:
            if previous is not None:
                yield previous
            previous = None
            yield line
            continue
        if previous is not None and previous.strip() and _UNDERLINE.match(line):
            yield Heading(previous)
            previous = None
            continue
        if previous is not None:
            yield previous
            previous = None
        heading = _HEADING.match(line)
        if heading is not None:
            yield Heading(_plain(heading.group(2)))
        elif "|" in line and _TABLE_RULE.match(line):
            continue
        else:
            previous = _plain(line)
    if previous is not None:
        yield previous


def _plain(line: str) -> str:
    line = _AUTOLINK.sub(r"\1", _COMMENT.sub("", line))
    line = _TAG.sub("", _LINK.sub(r"\1", line))
    line = _ITALIC.sub(r"\1", _EMPHASIS.sub(r"\2", line))
    line = re.sub(r"^[ \t]{0,12}(>[ \t]?)+", "", line)
    if line.strip().startswith("|"):
        return "\t".join(cell.strip() for cell in line.strip().strip("|").split("|"))
    return re.sub(r"^([ \t]*)[*+-][ \t]+", r"\1• ", line)


FORMAT = Format(
    name="Markdown",
    kind=Kind.TEXT,
    media_type="text/markdown",
    extensions=("md", "markdown"),
    recognises=_recognises,
    read=_read,
    order=40,
)
