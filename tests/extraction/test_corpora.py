"""Real files that nobody here wrote, and hostile ones: read when they lie beside the repository."""

from __future__ import annotations

import csv
import os
import time
from pathlib import Path

import pytest

from content_map.extraction import Sandbox, extract

_BESIDE = Path(__file__).parents[2].parent / "shared" / "corpora"
CORPORA = Path(os.environ.get("CONTENT_MAP_CORPORA", str(_BESIDE)))
WHY = "the collection of real files is not here; set CONTENT_MAP_CORPORA to its folder to read them"
UNSUPPORTED = {".ppt", ".doc", ".msg"}
TEXT_SHARE = (0.55, 1.1)  # of the characters another program counted, which kept the spaces of layouts


def _table(name: str) -> list[dict[str, str]]:
    file = CORPORA / name
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


FILES = _table("files.tsv")
HOSTILE = _table("hostile.tsv")


@pytest.mark.skipif(not FILES, reason=WHY)
def test_real_files_are_read_unless_their_kind_is_not_supported(sandbox: Sandbox) -> None:
    wrong = []
    for row in FILES:
        path = CORPORA / "files" / row["file"]
        found = extract(path, path.name, sandbox=sandbox)
        if found.failed != (path.suffix in UNSUPPORTED):
            wrong.append((row["file"], found.problem))
        if row["pages"] and len(found.pages) != int(row["pages"]):
            wrong.append((row["file"], len(found.pages)))
        if row["text_chars"]:
            expected, counted = int(row["text_chars"]), sum(len(page.text) for page in found.pages)
            if not TEXT_SHARE[0] * expected <= counted <= TEXT_SHARE[1] * expected:
                wrong.append((row["file"], f"{counted} of {expected} characters"))

    assert wrong == []


@pytest.mark.skipif(not HOSTILE, reason=WHY)
def test_hostile_files_neither_crash_nor_hang_nor_leak(sandbox: Sandbox) -> None:
    wrong = []
    for row in HOSTILE:
        path = CORPORA / "hostile" / row["file"]
        start = time.monotonic()
        found = extract(path, path.name, sandbox=sandbox)
        text = "\n".join(page.text for page in found.pages)
        if time.monotonic() - start > 20:
            wrong.append((row["file"], "slow"))
        if found.problem is not None and found.problem.code in {
            "crash",
            "timeout",
            "memory",
            "cpu",
            "output",
        }:
            wrong.append((row["file"], found.problem.code))
        if row["category"] == "encrypted" and (found.problem is None or found.problem.code != "encrypted"):
            wrong.append((row["file"], "not named as encrypted"))
        if row["category"] == "xxe" and ("XE_SUCCESSFUL" in text or "root:" in text):
            wrong.append((row["file"], "an entity was resolved"))
        if row["category"] == "html-svg" and "<script" in text.lower():
            wrong.append((row["file"], "markup in the text"))

    assert wrong == []
