"""Words on scanned pages: drawn in the sandbox, recognised by tesseract, and marked as what they are."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from content_map.domain.assets import Kind
from content_map.extraction import programs
from content_map.extraction.contract import Extract, Page
from content_map.extraction.extracting import read_in_sandbox
from content_map.extraction.limits import Limits
from content_map.extraction.previews import preview_pages
from content_map.extraction.problem import Code
from content_map.extraction.sandbox import Sandbox

_PDF = "application/pdf"
_DRAWN = "image/svg+xml"
_TEXT = "Plain text"
_MOST_LANGUAGES = 4  # each one more makes a page slower by its own time
_AT_ONCE = 4
"""Pages drawn before the next are: their pictures wait in memory."""


def languages_of_scans(setting: str) -> tuple[str, ...]:
    """The languages that CONTENT_MAP_OCR asks for; none when it is off or there is no tesseract."""
    match setting:
        case "off":
            return ()
        case "auto":
            return programs.ocr_languages()[:_MOST_LANGUAGES]
        case _:
            return tuple(setting.split("+"))


def with_words_of_scans(
    found: Extract,
    descriptor: int,
    hint_name: str,
    limits: Limits,
    sandbox: Sandbox | None,
    languages: Sequence[str],
) -> Extract:
    """Fill pages without text, or with none a person could read, with what their pictures show."""
    wanted = _wanted(found)
    if not wanted or found.failed or programs.find(programs.Program.TESSERACT) is None:
        return found
    asked = wanted[: limits.ocr_pages]
    recognised = dict(_recognised(found, descriptor, limits, sandbox, languages, asked))
    if not recognised:
        return found
    texts = [_together(page, found, recognised) for page in found.pages]
    read = _read_again(texts, hint_name, limits, sandbox)
    if read.problem is not None:
        return found
    pages = tuple(
        replace(page, text=text, no_text=not text)
        for page, text in zip(found.pages, _by_page(read, texts), strict=True)
    )
    return replace(
        found,
        pages=pages,
        language=read.language,
        words=read.words,
        sketch=read.sketch,
        hidden_pages=tuple(number for number in found.hidden_pages if number not in recognised),
        warnings=(*found.warnings, *_warnings(sorted(recognised), found, len(wanted), len(asked))),
        problem=None if _is_solved(found, recognised) else found.problem,
    )


def _wanted(found: Extract) -> list[int]:
    is_picture = found.kind is Kind.IMAGE and found.media_type != _DRAWN
    if found.media_type != _PDF and not is_picture:
        return []
    return [
        page.number for page in found.pages if is_picture or page.no_text or page.number in found.hidden_pages
    ]


def _together(page: Page, found: Extract, recognised: Mapping[int, str]) -> str:
    """What a picture says of itself and what it shows; of a page only what it shows."""
    words = recognised.get(page.number)
    if words is None:
        return page.text
    return words if page.number in found.hidden_pages else f"{page.text}\n{words}".strip()


def _recognised(
    found: Extract,
    descriptor: int,
    limits: Limits,
    sandbox: Sandbox | None,
    languages: Sequence[str],
    numbers: Sequence[int],
) -> Iterator[tuple[int, str]]:
    """Words by page number, as long as the time lasts."""
    end = time.monotonic() + limits.ocr_seconds
    drawing = replace(limits, preview_width_pixels=limits.ocr_width_pixels)
    for start in range(0, len(numbers), _AT_ONCE):
        for picture in preview_pages(descriptor, found, drawing, numbers[start : start + _AT_ONCE], sandbox):
            left = end - time.monotonic()
            if left <= 0:
                return
            if picture.drawn:
                continue
            once = replace(limits, program_wall_seconds=min(limits.program_wall_seconds, left))
            text = programs.ocr(picture.large, languages, once)
            if text:
                yield picture.number, text


def _read_again(texts: Sequence[str], hint_name: str, limits: Limits, sandbox: Sandbox | None) -> Extract:
    """The same as for any text: cleaned, counted, its language told. Pages end with form feeds."""
    with tempfile.TemporaryFile() as file:
        file.write("\f".join(text.replace("\f", "\n") for text in texts).encode("utf-8", "replace"))
        file.flush()
        return read_in_sandbox(file.fileno(), hint_name, limits, sandbox, _TEXT)


def _by_page(read: Extract, texts: Sequence[str]) -> list[str]:
    filled = [place for place, text in enumerate(texts) if text.strip()]
    if len(filled) == 1:  # with no form feed between words it was cut into sections
        together = "\n\n".join(page.text for page in read.pages if page.text)
        return [together if place == filled[0] else "" for place in range(len(texts))]
    given = [page.text for page in read.pages][: len(texts)]
    return [*given, *[""] * (len(texts) - len(given))]


def _is_solved(found: Extract, recognised: Mapping[int, str]) -> bool:
    if found.problem is None:
        return True
    if found.problem.code is Code.HIDDEN_LETTERS:
        return set(found.hidden_pages) <= recognised.keys()
    return found.problem.code is Code.NO_TEXT


def _warnings(recognised: Sequence[int], found: Extract, wanted: int, asked: int) -> Iterator[str]:
    words = f"The words of {len(recognised):,} pages"
    if len(recognised) == 1:
        words = "Its words" if len(found.pages) == 1 else f"The words of page {recognised[0]:,}"
    yield f"{words} were recognised in a picture (OCR), so some may be wrong."
    if asked < wanted:
        yield f"Of {wanted:,} pages without text, words were looked for on the first {asked:,}."
