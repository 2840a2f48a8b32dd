"""What reading a document gives, and what a format must offer to be one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from content_map.domain.assets import Kind
from content_map.extraction.limits import Limits
from content_map.extraction.problem import Problem

if TYPE_CHECKING:
    from content_map.extraction.source import Source


@dataclass(frozen=True, slots=True)
class Page:
    """A page, slide, sheet or section; `number` counts from 1 without gaps."""

    number: int
    label: str
    title: str | None
    text: str
    no_text: bool


@dataclass(frozen=True, slots=True)
class Extract:
    """All that was learned from a document.

    `kind` is None when the document was not recognised. `language` is an ISO 639-1 code or None. `sketch`
    holds the smallest hashes of its word sequences, ascending, for finding near-duplicates.
    """

    kind: Kind | None
    media_type: str
    title: str
    author: str | None = None
    pages: tuple[Page, ...] = ()
    links: tuple[str, ...] = ()
    language: str | None = None
    words: int = 0
    sketch: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()
    problem: Problem | None = None
    duration_seconds: int | None = None
    hidden_pages: tuple[int, ...] = ()
    """Pages whose fonts hide their letters: their text is none that a person would read."""

    @property
    def failed(self) -> bool:
        """The asset's state is failed; otherwise ready, perhaps with a stated limit in `problem`."""
        return self.problem is not None and self.problem.failed


@dataclass(frozen=True, slots=True)
class Block:
    """A reader's page before it is numbered, cleaned and cut to the limits."""

    label: str
    text: str
    title: str | None = None
    is_hidden: bool = False
    """The text is what its font calls its letters, and not the letters."""


@dataclass(frozen=True, slots=True)
class About:
    """What a reader learned about the whole; may be given in several pieces, later ones fill gaps."""

    title: str | None = None
    heading: str | None = None
    author: str | None = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An address that the document points to."""

    address: str


@dataclass(frozen=True, slots=True)
class Warned:
    """Something the uploader may want to know; the reading goes on."""

    sentence: str


Item = Block | About | Link | Warned | Problem


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file.

    `recognises` looks at content alone, never at the name. `read` yields items as it goes, so that what was
    read before a fault is kept; it raises Refusal. Formats with a lower `order` are asked first: 0 for what a
    signature proves, higher for guesses about plain text.
    """

    name: str
    kind: Kind
    media_type: str
    extensions: tuple[str, ...]
    recognises: Callable[[Source], bool]
    read: Callable[[Source], Iterator[Item]]
    order: int = 0
    cpu_seconds: Callable[[Limits], int] = lambda limits: limits.cpu_seconds
    counts_text: bool = True
    """False where having no text is no surprise, so that it is not stated as a limit."""
