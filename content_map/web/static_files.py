"""Static files under an address that names their content, so that browsers may keep them for ever."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, request, url_for
from werkzeug.security import safe_join

from content_map.errors import NotFound
from content_map.web.guard import open_to_all

FOLDER = Path(__file__).resolve().parent.parent / "static"
# One style sheet a page: the parts are joined in this order, which is the order of the layers.
STYLE_SHEET = "app.css"
STYLE_PARTS = ("tokens", "base", "layout", "controls", "pieces", "pages", "results", "library", "tagging")
FOR_EVER = "public, max-age=31536000, immutable"
COMPRESSED = frozenset({".css", ".js", ".svg", ".txt"})
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".woff2": "font/woff2"}
_FOR_US = re.compile(rb"^\s*(?://.*\n)?", re.MULTILINE)

blueprint = Blueprint("static_files", __name__)


@blueprint.get("/static/v-<release>/<path:name>")
@open_to_all
def file(release: str, name: str) -> Response:
    """Serve one file; an address of an older release answers with the present file, kept only briefly."""
    body = _read(name)
    response = Response(body, content_type=_type_of(name))
    response.headers["Cache-Control"] = FOR_EVER if release == fingerprint() else "no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    if Path(name).suffix in COMPRESSED and "gzip" in request.headers.get("Accept-Encoding", ""):
        response.set_data(_compressed(name))
        response.headers["Content-Encoding"] = "gzip"
    return response


def static_url(name: str) -> str:
    """The address of a static file in this release."""
    return url_for("pages.static_files.file", release=fingerprint(), name=name)


@cache
def fingerprint() -> str:
    """Name the content of the whole folder: modules import one another by relative addresses."""
    digest = hashlib.sha256()
    for path in sorted(each for each in FOLDER.rglob("*") if each.is_file()):
        digest.update(path.relative_to(FOLDER).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def _read(name: str) -> bytes:
    if name == STYLE_SHEET:
        return b"\n".join((FOLDER / "css" / f"{part}.css").read_bytes() for part in STYLE_PARTS)
    found = safe_join(str(FOLDER), name)
    if found is None or not Path(found).is_file():
        raise NotFound("There is nothing at this address.")
    body = Path(found).read_bytes()
    # Whole lines of comment and what stands before a line are for us; browsers need not load them.
    return _FOR_US.sub(b"", body) if name.startswith("js/") else body


@cache
def _compressed(name: str) -> bytes:
    return gzip.compress(_read(name), compresslevel=9, mtime=0)


def _type_of(name: str) -> str:
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return TYPES.get(Path(name).suffix, guessed)
