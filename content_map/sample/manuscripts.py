"""The written source of a sample file: Markdown with a front matter, read into sections of plain blocks.

A `#` heading starts a section, which becomes a slide, a sheet or a chapter. Beside ordinary Markdown there are
four fenced blocks with one `a | b` row a line: `figures` (large numbers), `bars Title` (a chart), `steps`
(a time line) and `notes` (what the speaker says).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

_FENCE = "---\n"
_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True, slots=True)
class Span:
    text: str
    bold: bool = False


Text = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: Text


@dataclass(frozen=True, slots=True)
class Subheading:
    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[Text, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody said; `source` is who, from a last line that starts with a dash."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Figures:
    items: tuple[tuple[str, str], ...]  # (figure, what it counts)


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar chart; a value is a number, or in a sheet the name of a cell."""

    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Steps:
    items: tuple[tuple[str, str], ...]  # (step, when or what)


Block = Paragraph | Subheading | Bullets | Table | Quote | Figures | Bars | Steps


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    blocks: tuple[Block, ...]
    notes: str


@dataclass(frozen=True, slots=True)
class Manuscript:
    fields: Mapping[str, str]
    sections: tuple[Section, ...]


def parse(source: str) -> Manuscript:
    """Read one source. Raises ValueError for a source without a front matter."""
    if not source.startswith(_FENCE):
        raise ValueError("A manuscript starts with a front matter between two --- lines.")
    front, _, body = source[len(_FENCE) :].partition("\n" + _FENCE)
    return Manuscript(_fields(front), tuple(_sections(_MARKDOWN.parse(body))))


def plain(text: Text) -> str:
    """Drop the emphasis."""
    return "".join(span.text for span in text)


def _fields(front: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    key = ""
    for line in front.splitlines():
        if line.startswith(" "):
            fields[key] = f"{fields[key]} {line.strip()}".strip()
        elif line.strip():
            key, _, value = line.partition(":")
            fields[key.strip()] = value.strip()
    return fields


def _sections(tokens: Sequence[Token]) -> Iterator[Section]:
    title, blocks, notes = "", list[Block](), ""
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.type == "heading_open" and token.tag == "h1":
            if title:
                yield Section(title, tuple(blocks), notes)
            title, blocks, notes = plain(_text(tokens[index + 1])), [], ""
            index += 3
        elif token.type == "fence" and token.info.strip() == "notes":
            notes = " ".join(token.content.split())
            index += 1
        else:
            end = _closing(tokens, index)
            blocks.append(_block(tokens[index : end + 1]))
            index = end + 1
    if title:
        yield Section(title, tuple(blocks), notes)


def _closing(tokens: Sequence[Token], start: int) -> int:
    depth = 0
    for index in range(start, len(tokens)):
        depth += tokens[index].nesting
        if depth == 0:
            return index
    raise ValueError("A block never ends.")


def _block(tokens: Sequence[Token]) -> Block:
    first = tokens[0]
    match first.type:
        case "heading_open":
            return Subheading(plain(_text(tokens[1])))
        case "paragraph_open":
            return Paragraph(_text(tokens[1]))
        case "bullet_list_open" | "ordered_list_open":
            items = tuple(_text(token) for token in tokens if token.type == "inline")
            return Bullets(items, numbered=first.type == "ordered_list_open")
        case "table_open":
            return _table(tokens)
        case "blockquote_open":
            lines = [plain(_text(token)) for token in tokens if token.type == "inline"]
            return Quote(lines[0], lines[1].removeprefix("— ") if len(lines) > 1 else "")
        case "fence":
            return _fenced(first)
    raise ValueError(f"A manuscript cannot hold {first.type}.")


def _table(tokens: Sequence[Token]) -> Table:
    rows: list[tuple[str, ...]] = []
    cells: list[str] = []
    for token in tokens:
        if token.type == "tr_open":
            cells = []
        elif token.type == "inline":
            cells.append(plain(_text(token)))
        elif token.type == "tr_close":
            rows.append(tuple(cells))
    return Table(rows[0], tuple(rows[1:]))


def _fenced(token: Token) -> Block:
    kind, _, title = token.info.strip().partition(" ")
    pairs = [line.partition("|") for line in token.content.splitlines() if line.strip()]
    rows = tuple((left.strip(), right.strip()) for left, _, right in pairs)
    match kind:
        case "figures":
            return Figures(rows)
        case "bars":
            return Bars(title, rows)
        case "steps":
            return Steps(rows)
    raise ValueError(f"There is no block called {kind!r}.")


def _text(inline: Token) -> Text:
    spans: list[Span] = []
    bold = False
    for child in inline.children or []:
        match child.type:
            case "strong_open":
                bold = True
            case "strong_close":
                bold = False
            case "softbreak" | "hardbreak":
                spans.append(Span(" ", bold))
            case "text" | "code_inline":
                spans.append(Span(child.content, bold))
    return tuple(span for span in spans if span.text)
