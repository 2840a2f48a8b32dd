"""Web pages by selectolax: what a reader sees, without scripts and styles, by sections at the headings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from content_map.domain.assets import Kind
from content_map.extraction.contract import About, Block, Format, Item, Link, Warned
from content_map.extraction.formats.markdown import is_markdown
from content_map.extraction.sectioning import Heading, sectioned
from content_map.extraction.source import Source
from content_map.extraction.text import decode

_SILENT = frozenset(
    (
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "svg",
        "iframe",
        "object",
        "embed",
        "canvas",
        "math",
        "select",
    )
)
_HEADINGS = frozenset(("h1", "h2", "h3"))
_BLOCKS = frozenset(
    (
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "br",
            "dd",
            "details",
            "div",
            "dl",
            "dt",
            "fieldset",
        ),
        *(
            "figcaption",
            "figure",
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
            "html",
            "li",
        ),
        *(
            "main",
            "nav",
            "ol",
            "option",
            "p",
            "pre",
            "section",
            "summary",
            "table",
            "tbody",
            "tfoot",
            "thead",
            "tr",
        ),
        *("ul", "video", "audio", "button", "label"),
    )
)
_META_TAGS = 500
_CELLS = frozenset(("td", "th"))
_OPENING = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|title|meta|script)[\s>/]",
    re.IGNORECASE | re.DOTALL,
)
_TAGS = re.compile(
    r"<(a|article|b|body|br|center|div|embed|h[1-6]|head|html|i|iframe|img|li|ol|p|script|section|span|strong|style|"
    r"table|td|tr|ul|wbr)[\s>/]",
    re.IGNORECASE,
)
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_CHARSET_WITHIN_BYTES = 4096
_OPENING_CHARACTERS = 8_192


def page_text(content: bytes, declared: str | None = None) -> str:
    """All visible text of a page that stands inside something else, such as a message."""
    body = _parse(content, declared).body
    return "" if body is None else "\n".join(line for _, line in _lines(body))


def page_links(content: bytes, declared: str | None = None) -> list[str]:
    """Addresses that such a page links to, relative ones too."""
    body = _parse(content, declared).body if content else None
    return [] if body is None else [anchor.attributes.get("href") or "" for anchor in body.css("a[href]")]


def _recognises(source: Source) -> bool:
    text = source.head_text
    if text is None:
        return False
    opening = text[:_OPENING_CHARACTERS]
    if _OPENING.match(opening) is not None:
        return True
    # A piece of a page; Markdown too may begin with a tag, and so does other XML.
    return (
        opening.lstrip().startswith(("<", ">")) and bool(_TAGS.search(opening)) and not is_markdown(opening)
    )


def _read(source: Source) -> Iterator[Item]:
    if source.size_bytes > source.limits.html_bytes:
        yield Warned(f"Only the first {source.limits.html_bytes // 1024**2:,} MB of the page were read.")
    tree = _parse(source.read(source.limits.html_bytes))
    yield _about(tree)
    body = tree.body
    if body is None:
        return
    sections = list(sectioned([*_described(tree), *_headed(body)]))
    first = next((section.title for section in sections if section.title), None)
    yield About(heading=first)
    for number, section in enumerate(sections, 1):
        yield Block(f"Section {number}" if len(sections) > 1 else "Page", section.text, title=section.title)
    for anchor in body.css("a[href]"):
        yield Link(anchor.attributes.get("href") or "")


def _parse(content: bytes, declared: str | None = None) -> LexborHTMLParser:
    found = _CHARSET.search(content[:_CHARSET_WITHIN_BYTES])
    return LexborHTMLParser(decode(content, declared or (found.group(1).decode("ascii") if found else None)))


def _about(tree: LexborHTMLParser) -> About:
    title = tree.css_first("head > title") or tree.css_first("title")
    return About(
        title=_meta(tree, "og:title") if title is None else title.text(),
        author=_meta(tree, "author", "article:author", "dc.creator", "dcterms.creator", "twitter:creator"),
    )


def _described(tree: LexborHTMLParser) -> Iterator[str]:
    """The description that search engines show: often the only sentence that says what the page is for."""
    description = _meta(tree, "description", "og:description", "twitter:description")
    if description:
        yield " ".join(description.split())


def _meta(tree: LexborHTMLParser, *names: str) -> str | None:
    said = {
        (tag.attributes.get("name") or tag.attributes.get("property") or "").lower(): tag.attributes.get(
            "content"
        )
        for tag in reversed(tree.css("meta[content]")[:_META_TAGS])
    }
    return next((text for name in names if (text := said.get(name))), None)


def _headed(body: LexborNode) -> Iterator[Heading | str]:
    for heading, line in _lines(body):
        yield Heading(line) if heading else line


def _lines(body: LexborNode) -> Iterator[tuple[bool, str]]:
    """Visible lines in order, told whether each is a heading; loops, since pages nest without bounds."""
    pieces: list[str] = []
    heading = False
    node: LexborNode | None = body
    while node is not None:
        name = node.tag
        if name in _BLOCKS:
            if line := _line(pieces):
                yield heading, line
            pieces, heading = [], name in _HEADINGS
        elif name in _CELLS:
            pieces.append("\t")
        elif name == "-text":
            pieces.append(node.text_content or "")
        elif name == "img":
            pieces.append(f" {node.attributes.get('alt') or ''} ")
        following = node.child if name not in _SILENT else None
        while following is None and node is not None and node.mem_id != body.mem_id:
            following = node.next
            if following is None:
                node = node.parent
                if node is not None and node.tag in _BLOCKS:
                    if line := _line(pieces):
                        yield heading, line
                    pieces, heading = [], False
        node = following
    if line := _line(pieces):
        yield heading, line


def _line(pieces: list[str]) -> str:
    cells = (" ".join(cell.split()) for cell in "".join(pieces).split("\t"))
    return "\t".join(cells).strip()


FORMAT = Format(
    name="Web page",
    kind=Kind.WEB,
    media_type="text/html",
    extensions=("html", "htm", "xhtml"),
    recognises=_recognises,
    read=_read,
    order=20,
    cpu_seconds=lambda limits: limits.html_cpu_seconds,
)
