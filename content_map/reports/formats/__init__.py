"""The formats there are: every module of this folder that has a `FORMAT`, by its ending."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module

from content_map.reports.formats.contract import Format, Freezing, Print

__all__ = ["FORMATS", "Format", "Freezing", "Print"]


def _found() -> Mapping[str, Format]:
    modules = [import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)]
    formats = [module.FORMAT for module in modules if hasattr(module, "FORMAT")]
    return {each.ending: each for each in sorted(formats, key=lambda each: each.ending)}


FORMATS = _found()
