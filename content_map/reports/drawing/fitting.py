"""Words that fit: how wide a text is, roughly and rather too wide, and what of it has room."""

from __future__ import annotations

import unicodedata

ELLIPSIS = "…"
_NARROW = frozenset("iIjl.,:;'|!()[] ftr1")
# Shares of the font size, of Inter and rather above: a label cut too early is better than one cut off.
_WIDTH_NARROW, _WIDTH_LOWER, _WIDTH_UPPER, _WIDTH_FULL = 0.4, 0.6, 0.74, 1.05


def width(text: str, size: float) -> float:
    """Reckon how wide a text is at a font size."""
    return size * sum(map(_share, text))


def shortened(text: str, room: float, size: float) -> str:
    """Cut a text to its room, with an ellipsis; nothing where not even that fits."""
    text = " ".join(text.split())
    if width(text, size) <= room:
        return text
    room -= width(ELLIPSIS, size)
    kept = 0
    for letter in text:
        room -= size * _share(letter)
        if room < 0:
            break
        kept += 1
    return f"{text[:kept].rstrip()}{ELLIPSIS}" if kept else ""


def in_lines(text: str, room: float, size: float, most: int = 2) -> list[str]:
    """Break a text into at most `most` lines of the room, the last one shortened."""
    lines: list[str] = []
    rest = text.split()
    while rest and len(lines) < most - 1:
        taken = 1
        while taken < len(rest) and width(" ".join(rest[: taken + 1]), size) <= room:
            taken += 1
        if width(rest[0], size) > room:
            break
        lines.append(" ".join(rest[:taken]))
        rest = rest[taken:]
    return [*lines, shortened(" ".join(rest), room, size)] if rest else lines


def _share(letter: str) -> float:
    if letter in _NARROW:
        return _WIDTH_NARROW
    if unicodedata.east_asian_width(letter) in "WF":
        return _WIDTH_FULL
    if letter.isupper() or letter in "mwMW%@—":
        return _WIDTH_UPPER if letter not in "mMW@—%" else 0.95
    return _WIDTH_LOWER if " " <= letter < "\u0250" else _WIDTH_UPPER
