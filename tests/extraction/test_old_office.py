"""Word and PowerPoint files of 97-2003: read by way of LibreOffice, and ready with a stated limit without it."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import pytest

from content_map.domain.assets import Kind
from tests.extraction.compounds import Tree, compound, summary
from tests.extraction.conftest import Read
from tests.extraction.documents import PARAGRAPH, deck, document
from tests.support.optional_programs import needs

SUMMARY = "\x05SummaryInformation"
# The flag of encryption in Word's first block, [MS-DOC] 2.5.2, and PowerPoint's token for it, [MS-PPT] 2.3.2.
LOCKED_WORD = struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, 0x0100) + bytes(52)
LOCKED_POWERPOINT = struct.pack("<HHIII", 0, 0xFF6, 20, 20, 0xF3D1C4DF) + bytes(44)


@pytest.mark.parametrize(
    ("stream", "kind", "media_type"),
    [
        ("WordDocument", Kind.DOCUMENT, "application/msword"),
        ("PowerPoint Document", Kind.DECK, "application/vnd.ms-powerpoint"),
    ],
)
def test_without_libreoffice_they_are_ready_and_say_what_is_missing(
    read: Read, no_programs: None, stream: str, kind: Kind, media_type: str
) -> None:
    extract = read(compound({stream: bytes(64), SUMMARY: summary("Audit proof", "Maya Ortiz")}))

    assert (extract.kind, extract.media_type, extract.failed) == (kind, media_type, False)
    assert (extract.title, extract.author) == ("Audit proof", "Maya Ortiz")
    assert extract.problem is not None
    assert extract.problem.code == "needs_office"
    assert "package libreoffice" in extract.problem.sentence


@pytest.mark.parametrize(
    "tree",
    [{"WordDocument": LOCKED_WORD}, {"PowerPoint Document": bytes(64), "Current User": LOCKED_POWERPOINT}],
)
def test_a_password_is_named_whether_or_not_libreoffice_is_there(read: Read, tree: Tree) -> None:
    extract = read(compound(tree))

    assert extract.problem is not None
    assert (extract.problem.code, extract.failed) == ("encrypted", True)


@needs("soffice")
def test_a_damaged_one_says_that_libreoffice_could_not_open_it(read: Read) -> None:
    extract = read(compound({"PowerPoint Document": bytes(64)}))

    assert extract.problem is not None
    assert (extract.problem.code, extract.failed) == ("corrupt", True)
    assert "LibreOffice could not open the file" in extract.problem.sentence


@needs("soffice")
def test_an_old_word_file_has_pages_headings_and_tables(read: Read, tmp_path: Path) -> None:
    def build(made: object) -> None:
        made.add_heading("The proof", 1)
        made.add_paragraph(PARAGRAPH)
        made.add_page_break()
        table = made.add_table(1, 2)
        table.cell(0, 0).text, table.cell(0, 1).text = "Plan", "900"
        made.add_paragraph("Ask first.")

    extract = read(_older(document(build), "docx", "doc", tmp_path))

    assert (extract.kind, extract.media_type) == (Kind.DOCUMENT, "application/msword")
    assert [page.label for page in extract.pages] == ["Page 1 (approx.)", "Page 2 (approx.)"]
    assert extract.pages[0].text == f"The proof\n{PARAGRAPH}"
    assert extract.pages[1].text == "Plan\t900\nAsk first."
    assert (extract.title, extract.language, extract.problem) == ("The proof", "en", None)


@needs("soffice")
def test_an_old_deck_has_slides_with_titles_and_notes(read: Read, tmp_path: Path) -> None:
    def build(made: object) -> None:
        for title in ("Two days lost", "Minutes are enough"):
            slide = made.slides.add_slide(made.slide_layouts[5])
            slide.shapes.title.text = title
            slide.notes_slide.notes_text_frame.text = f"Ask first about: {title}"

    extract = read(_older(deck(build), "pptx", "ppt", tmp_path))

    assert (extract.kind, extract.media_type) == (Kind.DECK, "application/vnd.ms-powerpoint")
    assert [(page.label, page.title) for page in extract.pages] == [
        ("Slide 1", "Two days lost"),
        ("Slide 2", "Minutes are enough"),
    ]
    assert "Ask first about: Minutes are enough" in extract.pages[1].text


def _older(content: bytes, ending: str, older: str, folder: Path) -> bytes:
    """The same document as a program of 2003 would have saved it, by LibreOffice itself."""
    source = folder / f"today.{ending}"
    source.write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    to = ["--convert-to", older, "--outdir", str(folder), str(source)]
    subprocess.run(["soffice", profile, "--headless", *to], check=True, capture_output=True, timeout=120)
    return source.with_suffix(f".{older}").read_bytes()
