"""Rich Text Format: its words taken out of the control words, by the page breaks in it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from content_map.domain.assets import Kind
from content_map.extraction.contract import About, Block, Format, Item, Link
from content_map.extraction.problem import Code, refuse
from content_map.extraction.source import Source
from content_map.extraction.text import paragraphs, sections

_TOKEN = re.compile(
    rb"\\(?:'([0-9a-fA-F]{2})|([a-zA-Z]{1,32})(-?\d{1,10})? ?|([^a-zA-Z']))|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\"
)
_SILENT = frozenset(
    (
        *(
            "fonttbl",
            "colortbl",
            "stylesheet",
            "listtable",
            "listoverridetable",
            "revtbl",
            "rsidtbl",
            "generator",
        ),
        *(
            "pict",
            "object",
            "objdata",
            "themedata",
            "datastore",
            "latentstyles",
            "xmlnstbl",
            "info",
        ),
        *(
            "bkmkstart",
            "bkmkend",
            "nonshppict",
            "filetbl",
            "mmathPr",
            "template",
            "passwordhash",
            "panose",
            "falt",
        ),
    )
)
_KEPT = frozenset(("title", "author", "fldinst"))
_HYPERLINK = re.compile(r"HYPERLINK\s+\"?([^\s\"]{1,2000})")
_SIGNS = {
    "par": "\n",
    "sect": "\n",
    "line": "\n",
    "row": "\n",
    "cell": "\t",
    "tab": "\t",
    "page": "\f",
    "emdash": "—",
    "endash": "–",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
}
_SYMBOLS = {b"~": " ", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}", b"\n": "\n", b"\r": "\n"}
_DEEPEST = 1_000
_CHARSETS = {128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256,
             186: 1257, 204: 1251, 222: 874, 238: 1250}  # fmt: skip


@dataclass(slots=True)
class _Group:
    """What a brace opens: where its text goes, how it is encoded, and the stand-ins after a Unicode sign."""

    target: str = "text"
    encoding: str = "cp1252"
    stand_ins: int = 1


@dataclass(slots=True)
class _Found:
    pieces: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in ("text", *_KEPT)})
    fonts: dict[int, str] = field(default_factory=dict)


def rich_text(content: bytes) -> str:
    """The words of rich text that stands inside something else; raises Refusal (nesting)."""
    return "".join(_walk(content)["text"])


def _recognises(source: Source) -> bool:
    return source.head.lstrip()[:5] == b"{\\rtf"


def _read(source: Source) -> Iterator[Item]:
    if source.size_bytes > source.limits.part_bytes:
        raise refuse(Code.PART_TOO_BIG)
    found = _walk(source.read())
    yield About(title="".join(found["title"]), author="".join(found["author"]))
    text = "".join(found["text"])
    if "\f" in text.strip("\f\n "):
        pages = text.rstrip("\f\n ").split("\f")
    else:
        pages = list(sections(paragraphs(text.replace("\n", "\n\n"))))
    for number, page in enumerate(pages, 1):
        yield Block(f"Page {number} (approx.)", page)
    for address in _HYPERLINK.findall("".join(found["fldinst"])):
        yield Link(address)


def _walk(content: bytes) -> dict[str, list[str]]:
    found = _Found()
    stack: list[_Group] = []
    group = _Group()
    waiting = bytearray()  # bytes of a sign of several bytes, until it ends
    skip = 0
    font = 0
    for match in _TOKEN.finditer(content):
        hexadecimal, word, number, symbol, brace, plain = match.groups()
        if hexadecimal or plain:
            octets = bytes.fromhex(hexadecimal.decode("ascii")) if hexadecimal else plain
            dropped = min(skip, len(octets))
            skip -= dropped
            waiting += octets[dropped:]
            continue
        _flush(waiting, group, found)
        if brace == b"{":
            if len(stack) >= _DEEPEST:
                raise refuse(Code.NESTING)
            stack.append(group)
            group, skip = _Group(group.target, group.encoding, group.stand_ins), 0
        elif brace == b"}":
            group, skip = stack.pop() if stack else _Group(), 0
        elif symbol == b"*":
            group.target = ""
        elif symbol is not None:
            _say(_SYMBOLS.get(symbol, ""), group, found)
        elif word is not None:
            name, value = word.decode("ascii"), int(number or 0)
            if name == "u":
                _say(chr(value % 65_536), group, found)
                skip = group.stand_ins
            elif name == "uc":
                group.stand_ins = min(max(value, 0), 16)
            elif name == "f":
                font = value
                group.encoding = found.fonts.get(font, group.encoding)
            elif name == "fcharset" and value in _CHARSETS:
                found.fonts[font] = f"cp{_CHARSETS[value]}"
            elif name == "ansicpg":
                group.encoding = _known(f"cp{value}")
            else:
                _control(name, group, found)
    _flush(waiting, group, found)
    return found.pieces


def _control(name: str, group: _Group, found: _Found) -> None:
    if name in _SILENT:
        group.target = ""
    elif name in _KEPT:
        group.target = name
    elif name in _SIGNS:
        _say(_SIGNS[name], group, found)


def _flush(waiting: bytearray, group: _Group, found: _Found) -> None:
    if waiting:
        _say(waiting.decode(group.encoding, "replace"), group, found)
        waiting.clear()


def _say(text: str, group: _Group, found: _Found) -> None:
    if group.target:
        found.pieces[group.target].append(text)


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return "cp1252"


FORMAT = Format(
    name="Rich text",
    kind=Kind.DOCUMENT,
    media_type="application/rtf",
    extensions=("rtf",),
    recognises=_recognises,
    read=_read,
)
