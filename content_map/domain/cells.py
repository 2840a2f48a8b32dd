"""Text in the cells of a table: never a formula for whoever opens it, and the same text again when it comes back."""

from __future__ import annotations

# What a spreadsheet takes for the beginning of a formula; some take the wide forms of East Asian keyboards too.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
QUOTED_CHARACTERS = 60
_APOSTROPHE = "'"


def escaped(text: str) -> str:
    """Write a text into a cell, behind an apostrophe where it would begin a formula or look like one of ours."""
    return f"{_APOSTROPHE}{text}" if _needs_apostrophe(text) else text


def unescaped(cell: str) -> str:
    """Read what `escaped` wrote; a cell that somebody typed keeps an apostrophe of its own, as in 'twas."""
    return cell[1:] if cell.startswith(_APOSTROPHE) and _follows_apostrophe(cell[1:]) else cell


def quoted(cell: str) -> str:
    """Name a cell in a sentence about it: a long one by its beginning."""
    return repr(cell if len(cell) <= QUOTED_CHARACTERS else f"{cell[:QUOTED_CHARACTERS]}…")


def _needs_apostrophe(text: str) -> bool:
    return text.startswith(FORMULA_STARTS) or (text.startswith(_APOSTROPHE) and _follows_apostrophe(text[1:]))


def _follows_apostrophe(rest: str) -> bool:
    return rest.startswith((*FORMULA_STARTS, _APOSTROPHE))
