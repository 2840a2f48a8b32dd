"""The kinds of file that can be read: every module in this folder is one and names it FORMAT."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from content_map.extraction.contract import Format


def load_formats(extra_files: Iterable[Path] = ()) -> tuple[Format, ...]:
    """Import every format of this folder and of `extra_files`, those to ask first in front.

    It imports the parsers, so only the sandbox's own process and documentation tests call it.
    """
    modules = [
        *(importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)),
        *(_load(file) for file in extra_files),
    ]
    return tuple(sorted((_format(module) for module in modules), key=lambda entry: (entry.order, entry.name)))


def _format(module: ModuleType) -> Format:
    entry = module.FORMAT
    if not isinstance(entry, Format):
        raise TypeError(f"{module.__name__}.FORMAT must be a Format")
    return entry


def _load(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"extra_format_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
