"""Turns a document into an Extract by way of the sandbox; what comes back from there is checked, not believed."""

from __future__ import annotations

import contextlib
import logging
import os
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Protocol

from content_map.domain.assets import Kind
from content_map.extraction.contract import Extract, Page
from content_map.extraction.job import Job
from content_map.extraction.limits import Limits
from content_map.extraction.problem import PROBLEMS, Code, Problem, after_pages
from content_map.extraction.sandbox import Answer, Sandbox, default_sandbox
from content_map.extraction.titles import file_stem
from content_map.extraction.wire import Message
from content_map.extraction.words import SKETCH_HASHES, count_words, sketch

log = logging.getLogger(__name__)

UNKNOWN_TYPE = "application/octet-stream"
_COPY_BYTES = 1024 * 1024


class Readable(Protocol):
    """Anything that gives bytes, such as a download from the store."""

    def read(self, size: int = -1, /) -> bytes:
        """Give at most `size` bytes, none at the end."""


Document = BinaryIO | Readable | Path | str | int


def extract(
    document: Document, hint_name: str, limits: Limits | None = None, sandbox: Sandbox | None = None
) -> Extract:
    """Read a document given as a path, a descriptor or a stream; `hint_name` only helps to name it.

    Never raises for any content: what cannot be read comes back with a `problem`. A stream without a
    descriptor is first copied to a temporary file, at most as far as the size limit. Raises OSError when
    the file cannot be opened or the sandbox cannot be started.
    """
    limits = limits or Limits()
    with opened(document, limits.document_bytes) as descriptor:
        if descriptor is None or os.fstat(descriptor).st_size > limits.document_bytes:
            return _unread(hint_name, Code.TOO_LARGE)
        if os.fstat(descriptor).st_size == 0:
            return _unread(hint_name, Code.EMPTY)
        answer = (sandbox or default_sandbox()).ask(Job(hint_name, limits), descriptor)
    return _assemble(answer, hint_name)


@contextmanager
def opened(document: Document, most_bytes: int) -> Iterator[int | None]:
    """Give a descriptor that reads the document from a file; None when a stream is longer than `most_bytes`."""
    if isinstance(document, int):
        yield document
        return
    if isinstance(document, str | Path):
        with open(document, "rb") as file:
            yield file.fileno()
        return
    descriptor = _descriptor_of(document)
    if descriptor is not None:
        yield descriptor
        return
    with tempfile.TemporaryFile() as copy:
        left = most_bytes + 1
        while left > 0 and (chunk := document.read(min(_COPY_BYTES, left))):
            copy.write(chunk)
            left -= len(chunk)
        copy.flush()
        yield copy.fileno() if left > 0 else None


def _descriptor_of(document: BinaryIO | Readable) -> int | None:
    try:
        descriptor = document.fileno()  # type: ignore[union-attr]  # asked of a stream that may have none
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
    except (AttributeError, OSError):
        return None
    with contextlib.suppress(AttributeError, OSError):
        document.flush()  # type: ignore[union-attr]  # what its writer still holds back
    return int(descriptor)


def _unread(hint_name: str, code: Code) -> Extract:
    return Extract(None, UNKNOWN_TYPE, file_stem(hint_name), problem=PROBLEMS[code])


def _assemble(answer: Answer, hint_name: str) -> Extract:
    pages: list[Page] = []
    warnings: list[str] = []
    found: dict[str, object] = {}
    for message in answer.messages:
        if (page := _page(message, len(pages) + 1)) is not None:
            pages.append(page)
        elif isinstance(warning := message.get("warning"), str):
            warnings.append(warning)
        elif isinstance(note := message.get("note"), str):
            log.info("extraction.note", extra={"note": note[:500]})
        else:
            found.update(message)
    problem = _problem(found.get("problem"))
    if answer.fault is not None or found.get("complete") is not True:
        problem = PROBLEMS[answer.fault or Code.CRASH]
    if problem is not None and problem.failed and any(page.text for page in pages):
        problem = after_pages(problem, len(pages))
    extract = Extract(
        kind=_kind(found.get("kind")),
        media_type=_text(found.get("media_type"), 100) or UNKNOWN_TYPE,
        title=_text(found.get("title"), 300) or file_stem(hint_name),
        author=_text(found.get("author"), 200),
        pages=tuple(pages),
        links=tuple(link for link in _list(found.get("links")) if isinstance(link, str)),
        language=_text(found.get("language"), 2),
        words=_whole(found.get("words")),
        sketch=tuple(hash_ for hash_ in _list(found.get("sketch"))[:SKETCH_HASHES] if isinstance(hash_, int)),
        warnings=tuple(warnings),
        problem=problem,
    )
    if found.get("complete") is True:
        return extract
    texts = [page.text for page in pages]
    return replace(extract, words=count_words(texts), sketch=sketch(texts))


def _page(message: Message, number: int) -> Page | None:
    content = message.get("page")
    if not isinstance(content, dict):
        return None
    text = content.get("text")
    text = text if isinstance(text, str) else ""
    label = _text(content.get("label"), 100) or f"Page {number}"
    return Page(number, label, _text(content.get("title"), 200), text, no_text=not text)


def _problem(message: object) -> Problem | None:
    if not isinstance(message, dict):
        return None
    try:
        code = Code(str(message.get("code")))
    except ValueError:
        return PROBLEMS[Code.CRASH]
    sentence = _text(message.get("sentence"), 1_000) or PROBLEMS[code].sentence
    return Problem(code, sentence, failed=message.get("failed") is not False)


def _kind(value: object) -> Kind | None:
    return next((kind for kind in Kind if kind.value == value), None)


def _text(value: object, most: int) -> str | None:
    return value[:most] if isinstance(value, str) and value else None


def _whole(value: object) -> int:
    return value if isinstance(value, int) and value >= 0 else 0


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


__all__ = ["Document", "Readable", "extract", "opened"]
