"""Reads one document inside the child: detection, the format's items made fit, and what they add up to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from content_map.domain.assets import Kind
from content_map.extraction.confinement import limit_processor
from content_map.extraction.contract import About, Block, Format, Link, Warned
from content_map.extraction.detect import detect
from content_map.extraction.limits import Limits
from content_map.extraction.problem import PROBLEMS, Code, Problem, Refusal, refuse
from content_map.extraction.source import Source
from content_map.extraction.text import clean, one_line
from content_map.extraction.titles import choose_title
from content_map.extraction.wire import Message
from content_map.extraction.words import LanguageReader, count_words, sketch

_PAGE_TITLE_CHARACTERS = 200
_LABEL_CHARACTERS = 100
_AUTHOR_CHARACTERS = 200
_LINK_CHARACTERS = 2_000
_NO_AUTHORS = frozenset(
    (
        *("anonymous", "unspecified", "unknown", "user", "admin", "author", "none", "microsoft office user"),
        *("microsoft account", "windows user", "python-docx", "python-pptx"),
    )
)
_RECORDED = frozenset((Kind.VIDEO, Kind.AUDIO))
"""Of these only the first bytes are looked at, so their size costs nothing here."""

_LINK_STARTS = ("http://", "https://", "mailto:")


@dataclass(slots=True)
class _Reading:
    """What is known so far; every page is sent on at once, so that it survives whatever comes after."""

    send: Callable[[Message], None]
    limits: Limits
    file_name: str
    about: About = field(default_factory=About)
    texts: list[str] = field(default_factory=list)
    characters: int = 0
    links: dict[str, None] = field(default_factory=dict)
    problem: Problem | None = None

    def page(self, block: Block) -> bool:
        """Send one page; false when the document's limit is reached and nothing more is wanted."""
        number = len(self.texts) + 1
        if number > self.limits.pages:
            self.warn(
                f"Only the first {self.limits.pages:,} pages were read; the rest is not found by search."
            )
            return False
        text = clean(block.text)
        if len(text) > self.limits.page_characters:
            text = text[: self.limits.page_characters]
            self.warn(f"Only the first {len(text):,} characters of page {number:,} were read.")
        room = self.limits.document_characters - self.characters
        full = len(text) > room
        if full:
            text = text[:room]
            self.warn(f"Only the first {self.limits.document_characters:,} characters were read.")
        title = one_line(block.title or "")[:_PAGE_TITLE_CHARACTERS] or None
        label = one_line(block.label)[:_LABEL_CHARACTERS] or f"Page {number}"
        self.texts.append("" if block.is_hidden else text)  # no words of any language
        self.characters += len(text)
        page = {"number": number, "label": label, "title": title, "text": text, "hidden": block.is_hidden}
        self.send({"page": page})
        return not full

    def learn(self, about: About) -> None:
        """Fill what is not known yet."""
        known = self.about
        self.about = About(
            title=known.title or about.title,
            heading=known.heading or about.heading,
            author=known.author or about.author,
            media_type=known.media_type or about.media_type,
        )
        self.send({"title": self.title, "author": self.author})
        if about.media_type:
            self.send({"media_type": about.media_type})

    def link(self, address: str) -> None:
        """Keep an address that a person could follow."""
        tidy = "".join(address.split())
        fits = len(tidy) <= _LINK_CHARACTERS and len(self.links) < self.limits.links
        if fits and tidy.lower().startswith(_LINK_STARTS):
            self.links[tidy] = None

    def warn(self, sentence: str) -> None:
        """Send a warning at once."""
        self.send({"warning": sentence})

    @property
    def title(self) -> str:
        """By the rule of titles.py, from what is known."""
        return choose_title(self.about.title, self.about.heading, self.file_name)

    @property
    def author(self) -> str | None:
        """The author's name on one line."""
        name = one_line(self.about.author or "")[:_AUTHOR_CHARACTERS]
        return name if name and name.strip("()").lower() not in _NO_AUTHORS else None


def read_document(
    file: BinaryIO,
    size_bytes: int,
    file_name: str,
    limits: Limits,
    formats: Sequence[Format],
    languages: LanguageReader,
    send: Callable[[Message], None],
) -> None:
    """Read the document and send what is found; every fault becomes a problem, none is raised."""
    reading = _Reading(send, limits, file_name)
    try:
        _read(Source(file, size_bytes, limits), formats, reading)
    except Refusal as refusal:
        reading.problem = refusal.problem
    except MemoryError:
        reading.problem = PROBLEMS[Code.MEMORY]
    except RecursionError:
        reading.problem = PROBLEMS[Code.NESTING]
    except Exception as fault:
        # Parsers raise whatever they like on damaged input; the type alone is told, never the content.
        reading.problem = PROBLEMS[Code.CORRUPT]
        send({"note": f"a reader raised {_where(fault)}"})
    if reading.problem is not None:
        send(
            {
                "problem": {
                    "code": reading.problem.code,
                    "sentence": reading.problem.sentence,
                    "failed": reading.problem.failed,
                }
            }
        )
    send({"links": list(reading.links)})
    send(
        {
            "words": count_words(reading.texts),
            "sketch": list(sketch(reading.texts)),
            "language": languages.language(reading.texts),
            "complete": True,
        }
    )


def _read(source: Source, formats: Sequence[Format], reading: _Reading) -> None:
    chosen = detect(source, formats)
    reading.send({"kind": chosen.kind, "media_type": chosen.media_type})
    if source.size_bytes > reading.limits.document_bytes and chosen.kind not in _RECORDED:
        raise refuse(Code.TOO_LARGE)
    limit_processor(chosen.cpu_seconds(reading.limits))
    for item in chosen.read(source):
        match item:
            case Block():
                if not reading.page(item):
                    break
            case About():
                reading.learn(item)
            case Link():
                reading.link(item.address)
            case Warned():
                reading.warn(item.sentence)
            case Problem():
                reading.problem = item
    if chosen.counts_text and reading.problem is None and not any(reading.texts):
        raise refuse(Code.NO_TEXT)


def _where(fault: Exception) -> str:
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace is not None else ""
    return f"{type(fault).__name__}{place}"
