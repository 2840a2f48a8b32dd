"""Which title a document goes by: its own unless that is junk, else its first heading, else its file name."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from content_map.domain.assets import TITLE_CHARACTERS
from content_map.extraction.text import one_line

_JUNK = re.compile(
    r"""
    (microsoft\s)?(power\s?point|word|excel)(\s-\s.*|\s(presentation|document|workbook))?
    | pr[äe]sentation\s(power\s?point)? | power\s?point-pr[äe]sentation | presentaci[óo]n\sde\spower\s?point
    | presentazione(\sstandard\sdi)?\s(di\s)?power\s?point | presentation\s?\d* | document\s?\d*
    | (folie|diapositiv[ae]|dia|スライド|幻灯片|投影片|슬라이드|слайд)\s?\d*
    | dokument\s?\d* | sheet\s?\d* | slide\s?(number\s)?\d* | page\s?\d* | title | titel | titre
    | t[íi]tulo
    | (click\sto\s(add|edit)\b.*) | no\s(slide\s)?title | untitled.* | unbenannt.* | ohne\stitel.* | sans\stitre.*
    | sin\st[íi]tulo.* | senza\stitolo.* | unnamed.* | unknown | template | new\s.{0,12}\b(document|presentation)
    | \(?(anonymous|unspecified|none|null|n/a)\)? | about:blank | (file|https?)://.* | [0-9a-f-]{20,}
    | .*\.(docx?|dotx?|pptx?|potx?|xlsx?|pdf|indd|ai|psd|eps|cdr|qxd|od[tpsg]|rtf|html?|key|pages|numbers|tex|dvi|pub)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")
# Where a PDF's font hides its letters they come out as rare signs or private ones.
_GARBLED = re.compile("[\u3400-\u4dbf\ue000-\uf8ff]")


def choose_title(own: str | None, heading: str | None, file_name: str) -> str:
    """Choose by the rule above; at most 300 characters, never empty."""
    stem = file_stem(file_name)
    for candidate in (own, heading):
        if candidate is None:
            continue
        title = one_line(candidate)
        if not _is_junk(title, file_name):
            return _cut(title)
    return _cut(stem)


def file_stem(file_name: str) -> str:
    """A file name without its ending, with spaces where people write hyphens or underscores for them."""
    name = one_line(PurePosixPath(file_name.replace("\\", "/")).name)
    stem = re.sub(r"(?<=.)\.[A-Za-z0-9]{1,5}$", "", name)
    spaced = stem if " " in stem else re.sub(r"[_-]+", " ", stem)
    return spaced.strip(" .") or name or "Untitled"


def _is_junk(title: str, file_name: str) -> bool:
    if len(title) < 3 or not _LETTER.search(title) or "\ufffd" in title or _GARBLED.search(title):
        return True
    flat = {re.sub(r"[\W_]+", "", text).casefold() for text in (file_name, file_stem(file_name))}
    return re.sub(r"[\W_]+", "", title).casefold() in flat or _JUNK.fullmatch(title) is not None


def _cut(title: str) -> str:
    if len(title) <= TITLE_CHARACTERS:
        return title
    return title[: TITLE_CHARACTERS - 1].rsplit(" ", 1)[0] + "…"
