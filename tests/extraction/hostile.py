"""Which verdicts a hostile file may get: for each sentence of hostile.tsv what it asks, as a check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from content_map.errors import Invalid, Unsupported
from content_map.extraction import HEAD_BYTES, Extract, refuse_at_door

UNBOUNDED = frozenset(("crash", "timeout", "memory", "cpu", "output"))
TYPES = {
    "pdf": "application/pdf",
    "rtf": "application/rtf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "mp3": "audio/mpeg",
}
MOST_PAGES = 2_000


@dataclass(frozen=True, slots=True)
class Row:
    """One hostile file and what was made of it."""

    path: Path
    category: str
    expected: str
    note: str
    found: Extract

    @property
    def text(self) -> str:
        """All that search would know of it."""
        return "\n".join([self.found.title, *self.found.links, *(page.text for page in self.found.pages)])

    @property
    def code(self) -> str:
        """The problem's code, empty without one."""
        return "" if self.found.problem is None else str(self.found.problem.code)


def complaints(row: Row) -> Iterator[str]:
    """Say what of its row the verdict does not meet; nothing when all is well."""
    if row.expected not in EXPECTATIONS:
        yield "nobody has read this expectation yet"
        return
    if row.code in UNBOUNDED:
        yield f"it ended as {row.code}"
    yield from EXPECTATIONS[row.expected](row)


def _bounded(row: Row) -> Iterator[str]:
    """Text, or a problem that says so in a sentence; which of the two is the file's own affair."""
    if row.found.problem is None and not any(page.text for page in row.found.pages):
        yield "neither text nor a problem"


def _no_markup(row: Row) -> Iterator[str]:
    yield from _bounded(row)
    if "<script" in row.text.lower() or "javascript:" in "".join(row.found.links).lower():
        yield "a script in what search would show"


def _no_entity(row: Row) -> Iterator[str]:
    yield from _bounded(row)
    said = "\n".join([*row.found.links, *(page.text for page in row.found.pages)])
    if any(word in said for word in ("XE_SUCCESSFUL", "root:", "http://xml-xxe", "canary")):
        yield "an entity was resolved"


def _unexpanded(row: Row) -> Iterator[str]:
    if row.code not in {"unsupported", "corrupt"} or row.found.pages:
        yield "an archive was opened"


def _not_unpacked(row: Row) -> Iterator[str]:
    if row.path.suffix != ".md":  # the one that tells of the others
        yield from _unexpanded(row)


def _named_encrypted(row: Row) -> Iterator[str]:
    if row.code != "encrypted":
        yield "not named as encrypted"


def _named_empty(row: Row) -> Iterator[str]:
    if row.code != "empty" or not _is_refused(row.path, Invalid):
        yield "not named as empty, or let in at the door"


def _refused(row: Row) -> Iterator[str]:
    if not _is_refused(row.path, Unsupported):
        yield "a program came in"


def _by_content(row: Row) -> Iterator[str]:
    true_type = TYPES[row.note.rpartition(".")[2]]
    if row.found.media_type != true_type:
        yield f"taken for {row.found.media_type}"


def _harmless_type(row: Row) -> Iterator[str]:
    if row.found.media_type in {"text/html", "image/svg+xml"}:
        yield f"could be served as {row.found.media_type}"


def _within_the_cap(row: Row) -> Iterator[str]:
    yield from _bounded(row)
    if len(row.found.pages) > MOST_PAGES:
        yield f"{len(row.found.pages)} pages"


def _readable(row: Row) -> Iterator[str]:
    if row.found.failed or not row.text:
        yield "a plain list was not read"


def _picture(row: Row) -> Iterator[str]:
    if row.code not in {"no_text", "corrupt"}:
        yield f"a picture ended as {row.code or 'text'}"


def _is_refused(path: Path, error: type[Exception]) -> bool:
    try:
        refuse_at_door(path.read_bytes()[:HEAD_BYTES], path.name)
    except error:
        return True
    return False


_NOT_RESOLVED = (
    '"entity not resolved; no file or network access; ""XE_SUCCESSFUL"" or host name must not be indexed"'
)

EXPECTATIONS: dict[str, Callable[[Row], Iterator[str]]] = {
    "no crash, bounded time and memory; text or a clear per-file error": _bounded,
    "never execute script/launch/URL; text optional; hidden text may leak": _bounded,
    "never fetch external targets, never run macros; text extracted": _bounded,
    # One file of each pair is here; that two of one SHA-1 stay two assets is shown where copies are tested.
    "both files of a pair kept as DIFFERENT assets": _bounded,
    "stored by detected type or refused; never served inline as HTML/SVG": _harmless_type,
    "no crash; do not unpack without limits": _not_unpacked,
    "no crash": _picture,
    "refuse or store unexpanded; total unpacked size 4.5 PB": _unexpanded,
    "bounded time and memory": _unexpanded,
    '"clear ""password-protected"" status, file kept"': _named_encrypted,
    "script never runs when previewed; text clean of markup": _no_markup,
    "script never runs; sanitised text only": _no_markup,
    "refused by allow-list": _refused,
    "finishes in bounded time; page cap visible": _within_the_cap,
    "use as titles, tags, file names, queries, notes": _readable,
    "upload under these names: safe storage, safe display, safe Content-Disposition": _readable,
    "entity expansion refused; bounded time": _no_entity,
    _NOT_RESOLVED: _no_entity,
    "detect by content; no crash; not served with a type that runs script": _by_content,
    '"clear ""empty file"" message"': _named_empty,
}
