"""The JSON API: blueprints, one noun a file, found by scanning; protected, and described by OpenAPI 3.1."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from flask import Flask

from content_map.api._frame import Frame

__all__ = ["PREFIX", "register"]

PREFIX = "/api/v1"


def register(app: Flask) -> None:
    """Mount every module's `blueprint` under /api/v1."""
    frame = Frame(app, PREFIX)
    for name in sorted(each.name for each in iter_modules(__path__) if not each.name.startswith("_")):
        frame.mount(import_module(f"{__name__}.{name}").blueprint)
