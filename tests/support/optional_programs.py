"""Which optional programs the tests can use here, and the package that brings each."""

from __future__ import annotations

import shutil

import pytest

PACKAGES = {
    "soffice": ("LibreOffice", "libreoffice-core-nogui libreoffice-impress-nogui libreoffice-writer-nogui"),
    "ffmpeg": ("ffmpeg", "ffmpeg"),
    "tesseract": ("tesseract", "tesseract-ocr"),
}


def needs(program: str) -> pytest.MarkDecorator:
    """Skip a test where this host lacks the program that it is about."""
    return pytest.mark.skipif(shutil.which(program) is None, reason=missing(program))


def missing(program: str) -> str:
    """Say which tests are left out and what would run them."""
    name, package = PACKAGES[program]
    return f"the tests with {name}; `sudo apt-get install {package}` runs them"
