"""Files to bring in: decks, documents, PDFs, workbooks and pages from the sample's manuscripts, no two the same."""

from __future__ import annotations

from itertools import cycle, islice
from pathlib import Path

from content_map.sample.library.assets import assets
from content_map.sample.makers import MAKERS, Piece

SENTENCE = "What a late delivery costs customer number {number}, and what it would be worth to end it.\n"


def make_files(folder: Path, count: int) -> list[Path]:
    """Make so many files of the kinds that marketing has, in the library's own mixture."""
    folder.mkdir()
    made = []
    for number, asset in enumerate(islice(cycle(assets()), count), 1):
        piece = Piece(f"{asset.title} ({number})", asset.summary, "Mia Marsh", "", asset.sections)
        path = folder / f"{number:05}.{asset.format}"
        path.write_bytes(MAKERS[asset.format](piece))
        made.append(path)
    return made


def make_small_files(folder: Path, count: int) -> Path:
    """Make so many short texts."""
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:05}.md").write_text(f"# Plan {number}\n\n{SENTENCE.format(number=number)}")
    return folder
