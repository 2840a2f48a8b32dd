"""Scans: without tesseract, or with OCR off, they say that they have no text; with it, where the words are from."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from content_map.extraction import Extract, Limits, Sandbox, extract, languages_of_scans
from tests.support.optional_programs import needs

WORDS = "Two days are lost in every audit"


def _scan(words: str) -> Image.Image:
    image = Image.new("L", (1_200, 300), "white")
    ImageDraw.Draw(image).text((60, 100), words, fill="black", font=ImageFont.load_default(56))
    return image


def _scanned(*pages: str | None) -> bytes:
    """A PDF of pictures of words; None is a page with words of its own."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(600, 150))
    for words in pages:
        if words is None:
            canvas.drawString(30, 70, "A page with words of its own.")
        else:
            canvas.drawImage(ImageReader(_scan(words)), 0, 0, 600, 150)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _read(
    sandbox: Sandbox, content: bytes, limits: Limits | None = None, ocr: tuple[str, ...] = ("eng",)
) -> Extract:
    return extract(io.BytesIO(content), "scan.pdf", limits, sandbox, ocr=ocr)


@needs("tesseract")
def test_words_of_a_scanned_page_are_read_and_marked(sandbox: Sandbox) -> None:
    found = _read(sandbox, _scanned(WORDS, None, WORDS))

    assert [page.text for page in found.pages] == [WORDS, "A page with words of its own.", WORDS]
    assert [page.no_text for page in found.pages] == [False, False, False]
    assert found.warnings == (
        "The words of 2 pages were recognised in a picture (OCR), so some may be wrong.",
    )
    assert (found.problem, found.words, found.language) == (None, 7 + 7 + 7, "en")


@needs("tesseract")
def test_a_picture_of_words_gives_them(sandbox: Sandbox) -> None:
    target = io.BytesIO()
    _scan(WORDS).save(target, "PNG")

    found = _read(sandbox, target.getvalue())

    assert [(page.label, page.text) for page in found.pages] == [("Picture", WORDS)]
    assert found.warnings == ("Its words were recognised in a picture (OCR), so some may be wrong.",)
    assert found.problem is None


@needs("tesseract")
def test_only_so_many_pages_are_looked_at_and_the_rest_is_stated(sandbox: Sandbox) -> None:
    found = _read(sandbox, _scanned(WORDS, WORDS, WORDS), Limits(ocr_pages=1))

    assert [page.text for page in found.pages] == [WORDS, "", ""]
    assert found.warnings[-1] == "Of 3 pages without text, words were looked for on the first 1."


@needs("tesseract")
def test_no_time_for_it_leaves_the_scan_as_it_was(sandbox: Sandbox) -> None:
    found = _read(sandbox, _scanned(WORDS), Limits(ocr_seconds=0.001))

    assert found.problem is not None
    assert found.problem.code == "no_text"


def test_a_scan_has_no_text_while_it_is_off(sandbox: Sandbox) -> None:
    found = _read(sandbox, _scanned(WORDS), ocr=())

    assert found.problem is not None
    assert (found.problem.code, found.failed) == ("no_text", False)


def test_a_scan_has_no_text_without_tesseract(sandbox: Sandbox, no_programs: None) -> None:
    found = _read(sandbox, _scanned(WORDS))

    assert found.problem is not None
    assert found.problem.code == "no_text"


@pytest.mark.parametrize(
    ("setting", "languages"), [("off", ()), ("eng+deu", ("eng", "deu")), ("fra", ("fra",))]
)
def test_the_setting_names_the_languages(setting: str, languages: tuple[str, ...]) -> None:
    assert languages_of_scans(setting) == languages


@needs("tesseract")
def test_auto_takes_languages_that_are_here() -> None:
    assert "eng" in languages_of_scans("auto")
