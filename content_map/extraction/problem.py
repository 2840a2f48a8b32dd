"""What can be wrong with a document: the table of codes and the sentence that says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType


class Code(StrEnum):
    """Why a document was not read, or not fully."""

    EMPTY = "empty"
    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    UNSUPPORTED = "unsupported"
    ZIP_BOMB = "zip_bomb"
    ZIP_ENTRIES = "zip_entries"
    PART_TOO_BIG = "part_too_big"
    XML_DTD = "xml_dtd"
    SHEET_GRID = "sheet_grid"
    IMAGE_PIXELS = "image_pixels"
    MIME_DEPTH = "mime_depth"
    NESTING = "nesting"
    MEMORY = "memory"
    CPU = "cpu"
    TIMEOUT = "timeout"
    CRASH = "crash"
    OUTPUT = "output"
    NO_TEXT = "no_text"
    MEDIA = "media"
    TOO_LARGE = "too_large"
    NEEDS_OFFICE = "needs_office"
    HIDDEN_LETTERS = "hidden_letters"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and what the uploader can do about it.

    `failed` false means a stated limit: the asset is ready, and says what it lacks.
    """

    code: Code
    sentence: str
    failed: bool = True


class Refusal(Exception):
    """Raised by readers and guards when a document cannot be read any further."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


_SAVE_AGAIN = "Open it in the program it was made with, save it again and upload the new copy."

PROBLEMS: Mapping[Code, Problem] = MappingProxyType(
    {
        entry.code: entry
        for entry in (
            Problem(Code.EMPTY, "The file is empty (0 bytes). Export it again and upload the new copy."),
            Problem(
                Code.ENCRYPTED,
                "The file is protected with a password. Save a copy without the password and upload that.",
            ),
            Problem(Code.CORRUPT, f"The file is damaged and cannot be read. {_SAVE_AGAIN}"),
            Problem(
                Code.UNSUPPORTED,
                "Files of this kind cannot be read. Save it as PDF, PPTX, DOCX or XLSX and upload it again.",
            ),
            Problem(
                Code.ZIP_BOMB,
                "The file unpacks to far more than such a file ever holds, so it was not opened. "
                f"{_SAVE_AGAIN}",
            ),
            Problem(
                Code.ZIP_ENTRIES, f"The file consists of too many parts, so it was not opened. {_SAVE_AGAIN}"
            ),
            Problem(
                Code.PART_TOO_BIG,
                "One part of the file is too big to be read. Split it into smaller files, or save it as PDF, "
                "and upload it again.",
            ),
            Problem(
                Code.XML_DTD,
                "The file holds instructions (a document type declaration) that office programs never write, "
                f"so it was not opened. {_SAVE_AGAIN}",
            ),
            Problem(
                Code.SHEET_GRID,
                "A sheet in this workbook spans too many cells. Delete the empty rows and columns beyond the "
                "table, save it and upload it again.",
            ),
            Problem(
                Code.IMAGE_PIXELS,
                "The picture has too many pixels to be shown. Save a smaller copy and upload that.",
            ),
            Problem(
                Code.MIME_DEPTH,
                "The message holds messages within messages, too deep to be read. Save the one that matters "
                "and upload that.",
            ),
            Problem(
                Code.NESTING,
                "The file is nested too deeply to be read. Save it as PDF and upload that.",
            ),
            Problem(
                Code.MEMORY,
                "Reading the file takes too much memory. Split it, or save it as PDF, and upload it again.",
            ),
            Problem(
                Code.CPU,
                "Reading the file takes too long. Split it, or save it as PDF, and upload it again.",
            ),
            Problem(
                Code.TIMEOUT,
                "Reading the file takes too long. Split it, or save it as PDF, and upload it again.",
            ),
            Problem(Code.CRASH, f"The file made its reader stop, so it is probably damaged. {_SAVE_AGAIN}"),
            Problem(
                Code.OUTPUT,
                "The file holds more text than can be read. Split it and upload the parts.",
            ),
            Problem(
                Code.NO_TEXT,
                "No text was found in it (a scan, or pictures only), so search knows it by its title, summary "
                "and terms alone. Upload a version with text if there is one.",
                failed=False,
            ),
            Problem(
                Code.MEDIA,
                "What is said or shown in it is not read, so search knows it by its title, summary and terms "
                "alone. Write a summary, or upload its subtitles beside it.",
                failed=False,
            ),
            Problem(
                Code.TOO_LARGE,
                "The file is too large for its text to be read, so search knows it by its title, summary and "
                "terms alone. Upload a smaller copy if its text should be found.",
                failed=False,
            ),
            Problem(
                Code.HIDDEN_LETTERS,
                "The fonts in this PDF hide which letters they show, on some of its pages at least, so search "
                "may not find it by its text. Export it again from the program it was made with, or upload the "
                "original.",
                failed=False,
            ),
            Problem(
                Code.NEEDS_OFFICE,
                "Word and PowerPoint files of 97-2003 are read by LibreOffice, which is not installed here, so "
                "search knows it by its title, summary and terms alone. Ask your admin to install it (package "
                "libreoffice), or save the file as DOCX, PPTX or PDF and upload that.",
                failed=False,
            ),
        )
    }
)


def refuse(code: Code) -> Refusal:
    """Make the refusal for `code`, with the table's sentence."""
    return Refusal(PROBLEMS[code])


def refuse_kind(what: str, advice: str) -> Refusal:
    """Make the refusal of a kind of file that was recognised but cannot be read."""
    return Refusal(Problem(Code.UNSUPPORTED, f"{what} cannot be read. {advice}"))


def after_pages(problem: Problem, pages: int) -> Problem:
    """Turn what ended the reading into a stated limit, since `pages` pages were read before it."""
    read = "the first page was" if pages == 1 else f"the first {pages:,} pages were"
    sentence = f"Only {read} read; the rest is not found by search. {problem.sentence}"
    return replace(problem, sentence=sentence, failed=False)
