"""What versions are called: 1.0 first, then a step for every change, as the person who made it judged it."""

from __future__ import annotations

from enum import StrEnum

NOTE_CHARACTERS = 500
FIRST_LABEL = "1.0"


class Change(StrEnum):
    """How much a new version differs, in the words of whoever adds it."""

    MAJOR = "major"
    MINOR = "minor"


def next_label(label: str, change: Change) -> str:
    """Name the version after the one with this label: 1.4 becomes 2.0 by a major change, 1.5 by a minor one."""
    major, minor = (int(part) for part in label.split("."))
    return f"{major + 1}.0" if change is Change.MAJOR else f"{major}.{minor + 1}"
