"""Rows of a file that somebody brings in: CSV with a heading line, or one JSON object a line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import BinaryIO

from content_map.domain.nearest import nearest
from content_map.errors import Invalid, TooLarge

IMPORT_BYTES = 64 * 1024 * 1024
ROWS_AT_MOST = 200_000
CELL_CHARACTERS = 100_000
_FILE = "/file"

Row = Mapping[str, object]


def read_rows(stream: BinaryIO, columns: Collection[str]) -> list[Row]:
    """Read the rows, empty cells left out; which of the two forms it is shows in the first character.

    Raises Invalid (not text, no rows, a column that none of `columns` is), TooLarge.
    """
    content = stream.read(IMPORT_BYTES + 1)
    if len(content) > IMPORT_BYTES:
        raise TooLarge("The file is larger than 64 MB. Nothing was imported; split it and import the parts.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid.field(
            _FILE, "The file is not UTF-8 text. Save it as CSV (UTF-8) and try again."
        ) from None
    if "\x00" in text:
        raise Invalid.field(
            _FILE, "The file holds bytes that are not text. Save it as CSV (UTF-8) and try again."
        )
    found = _json_lines(text) if text.lstrip().startswith("{") else _csv(text, columns)
    # One more than allowed and no further: short lines take a hundred times their bytes as rows.
    rows = list(islice(found, ROWS_AT_MOST + 1))
    if not rows:
        raise Invalid.field(
            _FILE, "The file has no rows: the first line names the columns, each after it is a row."
        )
    if len(rows) > ROWS_AT_MOST:
        raise TooLarge(f"The file has more than {ROWS_AT_MOST:,} rows. Nothing was imported; split it first.")
    return rows


def _csv(text: str, columns: Collection[str]) -> Iterator[Row]:
    csv.field_size_limit(CELL_CHARACTERS)
    first_line = text.partition("\n")[0]
    # A spreadsheet of a country with decimal commas writes semicolons, and one that is pasted from writes tabs.
    delimiter = max(",;\t", key=first_line.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        _check_heading(reader.fieldnames or [], columns)
        for row in reader:
            if None in row:
                raise Invalid.field(_FILE, f"Line {reader.line_num} has more cells than the heading.")
            yield {name.strip(): cell for name, cell in row.items() if cell is not None and cell.strip()}
    except csv.Error as error:
        raise Invalid.field(_FILE, f"Line {reader.line_num} is not CSV: {error}.") from None


def _check_heading(heading: Collection[str], columns: Collection[str]) -> None:
    names = [name.strip() for name in heading]
    unknown = [name for name in names if name not in columns]
    if unknown:
        match = nearest(unknown[0], columns)
        hint = f" Did you mean {match}?" if match else ""
        sentence = f"There is no column {unknown[0]!r}.{hint} The columns are {', '.join(columns)}."
        raise Invalid.field(_FILE, sentence)
    if len(set(names)) < len(names):
        raise Invalid.field(_FILE, "A column stands there twice.")


def _json_lines(text: str) -> Iterator[Row]:
    for number, line in enumerate(io.StringIO(text, newline=None), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise Invalid.field(_FILE, f"Line {number} is not a JSON object.")
        yield row
