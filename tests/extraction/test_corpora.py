"""Real files that nobody here wrote, and hostile ones: read when they lie beside the repository."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import resource
import socket
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from content_map.errors import Invalid
from content_map.extraction import Sandbox, clean_file_name, extract
from tests.extraction.documents import changed
from tests.extraction.hostile import Row, complaints
from tests.support.optional_programs import needs

_BESIDE = Path(__file__).parents[2].parent / "shared" / "corpora"
CORPORA = Path(os.environ.get("CONTENT_MAP_CORPORA", str(_BESIDE)))
WHY = "the collection of real files is not here; set CONTENT_MAP_CORPORA to its folder to read them"
BY_OFFICE = {".ppt", ".doc"}
TEXT_SHARE = (0.55, 1.1)  # of the characters another program counted, which kept the spaces of layouts
SLOW_SECONDS = 20
MEMORY_BYTES = 64 * 1024**2
TALKATIVE = {"xxe", "office-active", "html-svg", "pdf-active-or-tricky", "email-odd", "office-corrupt"}
ADDRESS = re.compile(rb"(?:https?|ftp)://[^/\"'\s<>)]+")
UNSAFE = re.compile(r"[/\\\x00-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]|^\s|\s$")
MOST_POINTED_BYTES = 500_000
MOST_OFFICE_BYTES = 100_000  # larger ones take LibreOffice many seconds each; scripts/bench/formats reads all

pytestmark = pytest.mark.once


def _table(name: str) -> list[dict[str, str]]:
    file = CORPORA / name
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


FILES = _table("files.tsv")
HOSTILE = _table("hostile.tsv")
here = pytest.mark.skipif(not (FILES and HOSTILE), reason=WHY)


@here
def test_real_files_are_read(sandbox: Sandbox) -> None:
    wrong: list[tuple[str, object]] = []
    for row in FILES:
        path = CORPORA / "files" / row["file"]
        if path.suffix in BY_OFFICE:
            continue
        found = extract(path, path.name, sandbox=sandbox)
        if found.failed:
            wrong.append((row["file"], found.problem))
        if row["pages"] and len(found.pages) != int(row["pages"]):
            wrong.append((row["file"], len(found.pages)))
        if row["text_chars"]:
            expected, counted = int(row["text_chars"]), sum(len(page.text) for page in found.pages)
            if not TEXT_SHARE[0] * expected <= counted <= TEXT_SHARE[1] * expected:
                wrong.append((row["file"], f"{counted} of {expected} characters"))

    assert wrong == []


@needs("soffice")
@here
def test_real_and_hostile_files_of_old_office_are_read(sandbox: Sandbox) -> None:
    folders = ((FILES, "files"), (HOSTILE, "hostile"))
    old = [CORPORA / folder / row["file"] for rows, folder in folders for row in rows]
    verdicts = {
        path.name: extract(path, path.name, sandbox=sandbox)
        for path in old
        if path.suffix in BY_OFFICE and path.stat().st_size < MOST_OFFICE_BYTES
    }

    assert len(verdicts) >= 2
    assert [name for name, found in verdicts.items() if found.failed or not found.words] == []


@here
def test_every_hostile_file_gets_a_verdict_that_its_row_accepts(
    sandbox: Sandbox, no_programs: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No crash, no hang, bounded memory, nothing left on the disk; what else its row asks is in hostile.py."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    extract(io.BytesIO(b"Words that warm it up."), "x", sandbox=sandbox)
    memory_before = _most_memory()
    wrong = []
    for row in HOSTILE:
        path = CORPORA / "hostile" / row["file"]
        start = time.monotonic()
        found = extract(path, path.name, sandbox=sandbox)
        if time.monotonic() - start > SLOW_SECONDS:
            wrong.append((row["file"], "slow"))
        judged = Row(path, row["category"], row["expected"], row["note"] or "", found)
        wrong += [(row["file"], complaint) for complaint in complaints(judged)]

    assert wrong == []
    assert _most_memory() - memory_before < MEMORY_BYTES
    assert list(tmp_path.iterdir()) == []


@here
def test_hostile_files_that_name_addresses_reach_none_of_them(sandbox: Sandbox) -> None:
    """Each of them is pointed at a socket of ours that would answer anybody."""
    pointed = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}".encode()
        for row in HOSTILE:
            content = (
                _pointed_at(CORPORA / "hostile" / row["file"], address)
                if row["category"] in TALKATIVE
                else None
            )
            if content is not None:
                pointed.append(row["file"])
                extract(io.BytesIO(content), row["file"], sandbox=sandbox)

        with pytest.raises(BlockingIOError):
            listener.accept()

    assert len(pointed) > 20


@here
def test_names_that_break_other_programs_are_made_safe_or_refused() -> None:
    names = json.loads((CORPORA / "hostile" / "strings" / "filenames.json").read_text(encoding="utf-8"))

    kept = [name for raw in _strings(names) for name in _cleaned(raw)]

    assert 0 < len(kept) < len(names)
    assert [name for name in kept if UNSAFE.search(name)] == []


def _most_memory() -> int:
    """The most that this process ever held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _pointed_at(path: Path, address: bytes) -> bytes | None:
    """The file with every address in it replaced, in the parts of a zip too; None when it names none."""
    content = path.read_bytes()
    if len(content) > MOST_POINTED_BYTES:
        return None
    if not content.startswith(b"PK"):
        return ADDRESS.sub(address, content) if ADDRESS.search(content) else None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".rels"))}
    # The names of schemas are addresses too, and without them a part is none.
    external = re.compile(rb"(Target=\"|SYSTEM \"|PUBLIC \"[^\"]*\" \")(?:https?|ftp|file)://[^/\"]*")
    moved = {name: external.sub(lambda found: found[1] + address, part) for name, part in parts.items()}
    return changed(content, moved) if moved != parts else None


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for each in value:
                yield from _strings(each)
        case dict():
            for each in value.values():
                yield from _strings(each)


def _cleaned(raw: str) -> Iterator[str]:
    try:
        yield clean_file_name(raw)
    except Invalid:
        return
