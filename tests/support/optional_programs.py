"""Which optional programs and packages the tests can use here, and what brings each."""

from __future__ import annotations

import shutil

import pytest

from search.meaning import is_installed

PACKAGES = {
    "soffice": ("LibreOffice", "libreoffice-impress-nogui libreoffice-writer-nogui libreoffice-calc-nogui"),
    "ffmpeg": ("ffmpeg", "ffmpeg"),
    "tesseract": ("tesseract", "tesseract-ocr"),
}


MODEL = "the tests with the real model of search by meaning; `scripts/setup semantic` runs them"


def needs(program: str) -> pytest.MarkDecorator:
    """Skip a test where this host lacks the program that it is about."""
    return pytest.mark.skipif(shutil.which(program) is None, reason=_sentence(program))


def needs_model() -> pytest.MarkDecorator:
    """Skip a test where the extra `[semantic]` is not installed."""
    return pytest.mark.skipif(not is_installed(), reason=MODEL)


def absent() -> list[str]:
    """Say which tests are left out here and what would run them, a sentence for each."""
    programs = [_sentence(program) for program in PACKAGES if shutil.which(program) is None]
    return programs if is_installed() else [*programs, MODEL]


def _sentence(program: str) -> str:
    name, package = PACKAGES[program]
    return f"the tests with {name}; `sudo apt-get install {package}` runs them"
