"""Tables in text: values between commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from content_map.domain.assets import Kind
from content_map.extraction.contract import Block, Format, Item
from content_map.extraction.source import Source
from content_map.extraction.text import decode

_DELIMITERS = (";", "\t", ",", "|")
_NAMED_DELIMITER = re.compile(r"\ufeff?sep=([;\t,|])\r?\n", re.IGNORECASE)  # as Excel likes to be told
_LINES_LOOKED_AT = 50
_CHARACTERS_LOOKED_AT = 32_768
_LINES_WITH_COMMAS = 3
_ROWS_A_PAGE = 100
_FIELD_CHARACTERS = 1_000_000


def _recognises(source: Source) -> bool:
    text = source.head_text
    return text is not None and _delimiter(text) is not None


def _delimiter(text: str) -> str | None:
    """The sign that cuts (nearly) every line into the same number of fields, at least two."""
    if text.lstrip().startswith(("{", "[", "<")):
        return None
    named = _NAMED_DELIMITER.match(text)
    if named is not None:
        return named.group(1)
    # The last line looked at may be cut in two.
    whole = text[:_CHARACTERS_LOOKED_AT].splitlines()[: -1 if len(text) > _CHARACTERS_LOOKED_AT else None]
    lines = [line for line in whole if line.strip()][:_LINES_LOOKED_AT]
    if len(lines) < 2:
        return None
    for delimiter in _DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter, strict=True))
        except csv.Error:
            continue
        width, count = widths.most_common(1)[0]
        # Prose holds a comma here and there, so commas have to be as regular as a table's are.
        if delimiter == "," and len(lines) < _LINES_WITH_COMMAS:
            continue
        if width >= 2 and count * 10 >= sum(widths.values()) * (10 if delimiter == "," else 9):
            return delimiter
    return None


def _read(source: Source) -> Iterator[Item]:
    csv.field_size_limit(_FIELD_CHARACTERS)
    text = decode(source.read(source.limits.document_characters * 4))
    named = _NAMED_DELIMITER.match(text)
    delimiter = _delimiter(source.head_text or "") or ","
    # Lines keep their ends: a quoted cell may hold some.
    rows = csv.reader(io.StringIO(text[named.end() if named else 0 :], newline=""), delimiter=delimiter)
    lines: list[str] = []
    first = 1
    for row in rows:
        line = "\t".join(filter(None, (" ".join(cell.split()) for cell in row)))
        lines.append(line)
        if len(lines) == _ROWS_A_PAGE:
            yield Block(f"Rows {first}–{first + len(lines) - 1}", "\n".join(lines))
            first, lines = first + len(lines), []
    if lines:
        yield Block(f"Rows {first}–{first + len(lines) - 1}", "\n".join(lines))


FORMAT = Format(
    name="CSV",
    kind=Kind.SHEET,
    media_type="text/csv",
    extensions=("csv", "tsv"),
    recognises=_recognises,
    read=_read,
    order=60,
)
