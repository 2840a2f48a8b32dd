"""Loads what parsers would load later: once the sandbox has no files, nothing can be imported any more."""

from __future__ import annotations

import codecs
import encodings
import importlib
import pkgutil
from contextlib import suppress

_MODULES = (
    "email.parser",
    "email.policy",
    "html.entities",
    "PIL.Image",
    "PIL.BmpImagePlugin",
    "PIL.ExifTags",
    "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.MpoImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.TiffImagePlugin",
    "PIL.WebPImagePlugin",
    "stringprep",
    "unicodedata",
)


def preload() -> None:
    """Import the modules and every text encoding of the standard library."""
    for name in _MODULES:
        importlib.import_module(name)
    for found in pkgutil.iter_modules(encodings.__path__):
        # Windows' own encodings exist on Windows alone.
        with suppress(ImportError, LookupError):
            importlib.import_module(f"encodings.{found.name}")
            codecs.lookup(found.name)
