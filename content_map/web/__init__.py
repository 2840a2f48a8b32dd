"""The pages: HTML blueprints, one noun a file, found by scanning; each module exposes its `blueprint`."""

from __future__ import annotations

import importlib
import pkgutil

from flask import Blueprint, Flask

from content_map import context
from content_map.web import chrome, compression, guard, surroundings
from content_map.web.problem_page import problem_page

__all__ = ["problem_page", "register"]


def register(app: Flask) -> None:
    """Give the application its pages, and the sign-in and CSRF checks in front of them."""
    chrome.install(app, app.extensions[context.EXTENSION].settings, context.csrf_token)
    app.context_processor(surroundings.surroundings)
    # Below one name of their own: the API has nouns, and so blueprints, of the same names.
    pages = Blueprint("pages", __name__)
    pages.before_request(guard.let_in)
    pages.after_request(compression.compress)
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda each: each.name):
        blueprint = getattr(importlib.import_module(f"{__name__}.{found.name}"), "blueprint", None)
        if isinstance(blueprint, Blueprint):
            pages.register_blueprint(blueprint)
    app.register_blueprint(pages)
