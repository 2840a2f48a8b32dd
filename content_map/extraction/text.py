"""Bytes to text, text made fit to store and show, and long text cut into sections."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable, Iterator

SECTION_CHARACTERS = 3_000
"""About one printed page: where a text has no pages of its own, a hit should still point somewhere."""

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LIGATURES = str.maketrans(
    {
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\ufb05": "st",
        "\ufb06": "st",
    }
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
)
_SPACES = re.compile(r"[ \u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]{4,500}")
_BINARY = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")


def decode(content: bytes, declared: str | None = None) -> str:
    """Decode by byte order mark, declared encoding, UTF-8, the pattern of zeros, then Windows Latin."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    for candidate in (declared, "utf-8", _encoding_by_zeros(content)):
        if candidate is None:
            continue
        try:
            return content.decode(candidate)
        except (LookupError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def is_textual(head: bytes) -> bool:
    """Say whether these first bytes are those of plain text in any common encoding."""
    if not head or any(head.startswith(mark) for mark, _ in _BYTE_ORDER_MARKS):
        return bool(head)
    encoding = _encoding_by_zeros(head)
    if encoding is not None:
        text = head[: len(head) - len(head) % 4].decode(encoding, "replace")
        strange = sum(
            1 for sign in text if unicodedata.category(sign) in {"Cc", "Cn", "Co"} and sign not in "\t\r\n"
        )
        return (strange + text.count("\ufffd")) * 200 < len(text)
    return 0 not in head and len(_BINARY.findall(head)) * 200 < len(head)


def _encoding_by_zeros(content: bytes) -> str | None:
    sample = content[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(len(sample) // 2, 1)
    if odd > half * 0.7:
        return "utf-32-le" if even > half * 0.4 else "utf-16-le"
    if even > half * 0.7:
        return "utf-32-be" if odd > half * 0.4 else "utf-16-be"
    return None


def clean(text: str) -> str:
    """Drop what cannot be stored or seen, unify spaces and line ends, keep lines and tabs."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text).translate(_LIGATURES))
    lines = (_SPACES.sub(" ", line).strip(" \t") for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def one_line(text: str) -> str:
    """The same on a single line, for titles and names."""
    return " ".join(clean(text).split())


def addresses(text: str) -> list[str]:
    """Web addresses that stand in the text as such, without the mark that ends their sentence."""
    return [found.rstrip(".,;:!?") for found in _ADDRESS.findall(text)]


def sections(blocks: Iterable[str], longest: int = SECTION_CHARACTERS) -> Iterator[str]:
    """Gather paragraphs into sections of about `longest` characters, never cutting one in two."""
    gathered: list[str] = []
    size = 0
    for block in blocks:
        if gathered and size + len(block) > longest:
            yield "\n\n".join(gathered)
            gathered, size = [], 0
        gathered.append(block)
        size += len(block)
    if gathered:
        yield "\n\n".join(gathered)


def paragraphs(text: str, longest: int = SECTION_CHARACTERS) -> Iterator[str]:
    """Split at blank lines; a paragraph over `longest` is split at its lines."""
    for paragraph in re.split(r"\n[ \t]*\n", text):
        if not paragraph.strip():
            continue
        if len(paragraph) <= longest:
            yield paragraph
            continue
        lines: list[str] = []
        size = 0
        for line in paragraph.split("\n"):
            if lines and size + len(line) > longest:
                yield "\n".join(lines)
                lines, size = [], 0
            lines.append(line)
            size += len(line) + 1
        yield "\n".join(lines)
