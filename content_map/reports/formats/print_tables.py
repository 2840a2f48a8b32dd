"""Tables in print: which columns, how wide, and the words of every cell."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from content_map.reports.drawing.tones import STAGE_FILLS
from content_map.reports.formats import reading
from content_map.reports.formats.contract import Print
from content_map.reports.parts import As, Cell, Column, Table

ROWS_PRINTED = 2_000
_FILLS = {stage.value: fill for stage, fill in STAGE_FILLS.items()}
_UPRIGHT_POINTS = 481.0  # the width of the text of an upright page
_NARROW = frozenset({As.NUMBER, As.SHARE, As.DAY, As.INSTANT, As.CONVERSATION, As.STAGE})
_LETTER_POINTS, _HEAD_POINTS, _INSET_POINTS = 4.6, 5.2, 8.0
_LEAST_TEXT = 18  # letters of a text that stand in one line at least
_MOST_LETTERS = {As.SHARE: 17, As.DAY: 11, As.INSTANT: 12, As.CONVERSATION: 13, As.STAGE: 15}
_LONGEST_WORD = 24


def table_runs(tables: Sequence[Table], printed: Print) -> list[list[dict[str, Any]]]:
    """Give the tables as the template sets them: in order, those that follow each other on pages of one kind together.

    Asset ids are only in the links of their titles.
    """
    contents = [_content(table, printed) for table in tables]
    return [list(run) for _, run in groupby(contents, key=lambda each: each["is-wide"])]


def _content(table: Table, printed: Print) -> dict[str, Any]:
    shown = table.rows[:ROWS_PRINTED]
    places = [place for place, each in enumerate(table.columns) if each.means is not As.ASSET]
    asset = next((place for place, each in enumerate(table.columns) if each.means is As.ASSET), None)
    columns = [table.columns[place] for place in places]
    rows = [
        [
            _cell(row[place], table.columns[place], printed, None if asset is None else row[asset])
            for place in places
        ]
        for row in shown
    ]
    sized = [
        _column(column, [row[place]["text"] for row in rows[:300]]) for place, column in enumerate(columns)
    ]
    return {
        "heading": table.heading,
        "note": table.note,
        "is-wide": sum(each["least"] for each in sized) > _UPRIGHT_POINTS,
        "columns": sized,
        "rows": rows,
        "rest": _rest(len(table.rows)),
    }


def _rest(count: int) -> str | None:
    if count <= ROWS_PRINTED:
        return None
    return f"The first {ROWS_PRINTED:,} of {count:,} rows. The XLSX and JSON files of this report hold all of them."


def _cell(cell: Cell, column: Column, printed: Print, asset: Cell) -> dict[str, Any]:
    text = reading.cell_text(cell, column.means, printed.question.definitions.zone)
    is_link = column.means is As.TITLE and isinstance(asset, str) and printed.base_url
    is_stage = column.means is As.STAGE and isinstance(cell, str)
    return {
        "text": breakable(text),
        "url": f"{printed.base_url}/assets/{asset}" if is_link else None,
        "fill": _FILLS.get(str(cell)) if is_stage else None,
    }


def breakable(text: str) -> str:
    """Let words be broken that no column holds: an address, a hash, or a title without blanks."""
    return " ".join(map(_broken, text.split(" ")))


def _broken(word: str) -> str:
    if len(word) <= _LONGEST_WORD:
        return word
    return "\u200b".join(word[at : at + 8] for at in range(0, len(word), 8))


def _column(column: Column, texts: list[str]) -> dict[str, Any]:
    """Give short kinds the room they need, and let texts share what is left by their length."""
    longest = max(map(len, texts), default=0)
    head = max(map(len, column.heading.split()), default=0) * _HEAD_POINTS
    is_narrow = column.means in _NARROW
    letters = min(longest, _MOST_LETTERS.get(column.means, longest) if is_narrow else _LEAST_TEXT)
    least = round(max(letters * _LETTER_POINTS, head) + _INSET_POINTS, 1)
    usual = sum(map(len, texts)) / len(texts) if texts else 1.0
    return {
        "heading": column.heading,
        "is-number": column.means in (As.NUMBER, As.SHARE),
        "least": least,
        "points": least if is_narrow else None,
        "share": round(min(max(usual, len(column.heading), 6), 40)),
    }
