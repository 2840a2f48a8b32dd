"""Sections for what has no pages: at headings, none very short and none very long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from content_map.extraction.text import SECTION_CHARACTERS

_SHORTEST_CHARACTERS = 400
"""Under this a heading does not start a section of its own: pages of one line help nobody."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that titles what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of text and the first heading in it."""

    title: str | None
    text: str


def sectioned(lines: Iterable[Heading | str]) -> Iterator[Section]:
    """Cut lines into sections; lines stay whole."""
    title: str | None = None
    gathered: list[str] = []
    size = 0
    for line in lines:
        text = line.text if isinstance(line, Heading) else line
        at_heading = isinstance(line, Heading) and size >= _SHORTEST_CHARACTERS
        if gathered and (at_heading or size + len(text) > SECTION_CHARACTERS):
            yield Section(title, "\n".join(gathered))
            title, gathered, size = None, [], 0
        if title is None and isinstance(line, Heading):
            title = text.strip() or None
        gathered.append(text)
        size += len(text) + 1
    if any(line.strip() for line in gathered):
        yield Section(title, "\n".join(gathered))
