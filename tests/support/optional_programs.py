"""Which optional programs the tests can use here, and the package that brings each."""

from __future__ import annotations

import shutil

import pytest

PACKAGES = {
    "soffice": ("LibreOffice", "libreoffice-impress-nogui libreoffice-writer-nogui libreoffice-calc-nogui"),
    "ffmpeg": ("ffmpeg", "ffmpeg"),
    "tesseract": ("tesseract", "tesseract-ocr"),
}


def needs(program: str) -> pytest.MarkDecorator:
    """Skip a test where this host lacks the program that it is about."""
    return pytest.mark.skipif(shutil.which(program) is None, reason=_sentence(program))


def absent() -> list[str]:
    """Say which tests are left out here and which package would run them, a sentence for each program."""
    return [_sentence(program) for program in PACKAGES if shutil.which(program) is None]


def _sentence(program: str) -> str:
    name, package = PACKAGES[program]
    return f"the tests with {name}; `sudo apt-get install {package}` runs them"
