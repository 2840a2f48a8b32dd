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


def read_in_sandbox(
    descriptor: int, hint_name: str, limits: Limits, sandbox: Sandbox | None, format_name: str | None = None
) -> Extract:
    """Read the open file, as the named format or as what its content shows; never raises for any content.

    Raises OSError when the sandbox cannot be started.
    """
    size_bytes = os.fstat(descriptor).st_size
    if size_bytes == 0:
        return unread(hint_name, Code.EMPTY)
    job = Job(hint_name, limits, format_name=format_name)
    found = _assemble((sandbox or default_sandbox()).ask(job, descriptor), hint_name)
    if size_bytes > limits.document_bytes and found.failed:
        # It may even have been cut by who sent it; of what is too large only the kind was wanted.
        return replace(found, problem=PROBLEMS[Code.TOO_LARGE])
    return found


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


def unread(hint_name: str, code: Code) -> Extract:
    """Say why nothing was read."""
    return Extract(None, UNKNOWN_TYPE, file_stem(hint_name), problem=PROBLEMS[code])


def _assemble(answer: Answer, hint_name: str) -> Extract:
    pages: list[Page] = []
    warnings: list[str] = []
    found: dict[str, object] = {}
    hidden: list[int] = []
    for message in answer.messages:
        if (page := _page(message, len(pages) + 1)) is not None:
            pages.append(page)
            if _is_hidden(message):
                hidden.append(page.number)
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
        hidden_pages=tuple(hidden),
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


def _is_hidden(message: Message) -> bool:
    content = message.get("page")
    return isinstance(content, dict) and content.get("hidden") is True


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


__all__ = ["Document", "Readable", "opened", "read_in_sandbox", "unread"]
