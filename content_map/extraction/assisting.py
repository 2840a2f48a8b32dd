"""Reads a document: in the sandbox, and with what the optional programs of this host can add to it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from content_map.domain.assets import Kind
from content_map.extraction import programs
from content_map.extraction.contract import Extract
from content_map.extraction.extracting import Document, opened, read_in_sandbox, unread
from content_map.extraction.limits import Limits
from content_map.extraction.problem import Code, Problem
from content_map.extraction.sandbox import Sandbox
from content_map.extraction.scans import with_words_of_scans
from content_map.extraction.titles import choose_title

_TODAYS_FORM = {"application/msword": ("doc", "docx"), "application/vnd.ms-powerpoint": ("ppt", "pptx")}
_RECORDED = frozenset((Kind.VIDEO, Kind.AUDIO))
_OFFICE_FAILED = Problem(
    Code.CORRUPT,
    "LibreOffice could not open the file in the time it is given, so it is probably damaged. Open it in the program "
    "it was made with, save it as DOCX, PPTX or PDF and upload the new copy.",
)
_NO_FFMPEG = (
    "Its length and the subtitles inside it are not known, because ffmpeg is not installed here; your admin can "
    "install it (package ffmpeg)."
)
_NOT_PLAYABLE = "It could not be played here, so it may be damaged: play it, and upload it again if it stops."
_SUBTITLES = "Subtitles"


def extract(
    document: Document,
    hint_name: str,
    limits: Limits | None = None,
    sandbox: Sandbox | None = None,
    *,
    ocr: Sequence[str] = (),
) -> Extract:
    """Read a document given as a path, a descriptor or a stream; `hint_name` only helps to name it.

    `ocr` names the languages in which words are looked for on pages without text, none for not looking. Never
    raises for any content: what cannot be read comes back with a `problem`. A stream without a descriptor is
    first copied to a temporary file, at most as far as the size limit. Raises OSError when the file cannot be
    opened or the sandbox cannot be started.
    """
    limits = limits or Limits()
    with opened(document, limits.document_bytes) as descriptor:
        if descriptor is None:
            return unread(hint_name, Code.TOO_LARGE)
        found = read_in_sandbox(descriptor, hint_name, limits, sandbox)
        if found.problem is not None and found.problem.code is Code.NEEDS_OFFICE:
            return _by_office(found, descriptor, hint_name, limits, sandbox)
        if found.kind in _RECORDED and not found.failed:
            return _played(found, descriptor, hint_name, limits, sandbox)
        return with_words_of_scans(found, descriptor, hint_name, limits, sandbox, ocr) if ocr else found


def _by_office(
    found: Extract, descriptor: int, hint_name: str, limits: Limits, sandbox: Sandbox | None
) -> Extract:
    """What the sandbox reads in the form that LibreOffice makes of an older file."""
    if programs.find(programs.Program.LIBREOFFICE) is None:
        return found
    ending, target = _TODAYS_FORM[found.media_type]
    with tempfile.TemporaryDirectory(prefix="content-map-office-") as name:
        folder = Path(name)
        original = folder / f"original.{ending}"
        shutil.copyfile(_path_of(descriptor), original)
        made = programs.convert_office(original, target, folder, limits)
        if made is None:
            return replace(found, problem=_OFFICE_FAILED)
        with made.open("rb") as file:
            read = read_in_sandbox(file.fileno(), hint_name, limits, sandbox)
    return replace(
        read,
        kind=found.kind,
        media_type=found.media_type,
        title=choose_title(found.title, read.title, hint_name),
        author=found.author or read.author,
    )


def _played(
    found: Extract, descriptor: int, hint_name: str, limits: Limits, sandbox: Sandbox | None
) -> Extract:
    """Its length, its title, and pages of its subtitles where it holds some."""
    if programs.find(programs.Program.FFPROBE) is None:
        return replace(found, warnings=(*found.warnings, _NO_FFMPEG))
    if os.fstat(descriptor).st_size > limits.media_bytes:
        return found
    facts = programs.probe_media(_path_of(descriptor), limits)
    if facts is None:
        return replace(found, warnings=(*found.warnings, _NOT_PLAYABLE))
    known = replace(
        found,
        title=choose_title(facts.title, None, hint_name),
        author=facts.author,
        duration_seconds=None if facts.duration_seconds is None else round(facts.duration_seconds),
    )
    said = None if facts.subtitles is None else _read_text(facts.subtitles, limits, sandbox)
    if said is None or not said.words:
        return known
    return replace(
        known,
        pages=said.pages,
        language=said.language,
        words=said.words,
        sketch=said.sketch,
        warnings=(*known.warnings, *said.warnings),
        problem=said.problem,
    )


def _read_text(subtitles: str, limits: Limits, sandbox: Sandbox | None) -> Extract:
    with tempfile.TemporaryFile() as file:
        file.write(subtitles.encode("utf-8", "replace"))
        file.flush()
        return read_in_sandbox(file.fileno(), "", limits, sandbox, _SUBTITLES)


def _path_of(descriptor: int) -> Path:
    """A path by which this process opens the file once more, even one without a name."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    return Path(f"/dev/fd/{descriptor}")
