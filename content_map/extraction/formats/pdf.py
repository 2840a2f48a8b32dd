"""PDF by pdfium: text, alternative texts, page labels, outline, title, author and links."""

from __future__ import annotations

import ctypes
import mmap
import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

import pypdfium2
import pypdfium2.raw as pdfium

from content_map.domain.assets import Kind
from content_map.extraction.contract import About, Block, Format, Item, Link, Warned
from content_map.extraction.drawingml import is_written
from content_map.extraction.limits import Limits
from content_map.extraction.problem import PROBLEMS, Code, refuse
from content_map.extraction.source import Source
from content_map.extraction.structure import alternative_texts, is_tagged
from content_map.extraction.text import addresses, clean

_HEADER_WITHIN_BYTES = 1024  # PDF 1.7, appendix H, note 13
_OUTLINE_ENTRIES = 5_000
_OUTLINE_DEPTH = 8
_HEADING_CHARACTERS = 4_000
_LINKS_A_PAGE = 200
# Some Japanese programs write Latin letters as CJK signs at a fixed distance from ASCII; as themselves
# these signs are so rare that a page full of them is always that.
_SHIFT = 0x3EAC
_SHIFTED = re.compile("[\u3ecd-\u3f2a]")
_UNSHIFT = {sign + _SHIFT: sign for sign in range(0x20, 0x7F)}
_SHIFTED_SHARE = 0.05
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")
_GARBLED_SHARE = 0.03
_TITLE_CHARACTERS = 160  # longer is a paragraph, not a title


def open_pdf(file: BinaryIO) -> pypdfium2.PdfDocument:
    """Open without a password; raises Refusal (encrypted, corrupt). The file is mapped, not loaded."""
    mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    try:
        return pypdfium2.PdfDocument((ctypes.c_char * len(mapped)).from_buffer(mapped))
    except pypdfium2.PdfiumError as fault:
        locked = getattr(fault, "err_code", None) in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}
        raise refuse(Code.ENCRYPTED if locked else Code.CORRUPT) from fault


def _recognises(source: Source) -> bool:
    return b"%PDF-" in source.head[:_HEADER_WITHIN_BYTES]


def _read(source: Source) -> Iterator[Item]:
    pdf = open_pdf(source.file)
    if len(pdf) == 0:
        raise refuse(Code.CORRUPT)
    yield About(title=pdf.get_metadata_value("Title"), author=pdf.get_metadata_value("Author"))
    chapters = _chapters(pdf)
    hidden, tagged = False, is_tagged(pdf)
    for index in range(min(len(pdf), source.limits.pages + 1)):
        label = f"Page {_label(pdf, index) or index + 1}"
        try:
            page = pdf.get_page(index)
        except pypdfium2.PdfiumError:
            yield Block(label, "")
            yield Warned(f"Page {index + 1:,} is damaged and was left out.")
            continue
        text = page.get_textpage()
        if index == 0:
            yield About(heading=_largest_line(text))
        words = _text(text, source.limits)
        is_hidden = _is_garbled(words)
        found_links = [*_links(pdf, page), *(Link(address) for address in addresses(words))]
        if tagged:
            pictured = [each for each in alternative_texts(page) if is_written(each) and each not in words]
            words = "\n".join([words, *pictured])
        hidden = hidden or is_hidden
        yield Block(label, words, title=chapters.get(index), is_hidden=is_hidden)
        yield from found_links
        text.close()
        page.close()
    if hidden:
        yield PROBLEMS[Code.HIDDEN_LETTERS]


def _text(page: pypdfium2.PdfTextPage, limits: Limits) -> str:
    count = min(page.count_chars(), limits.page_characters + 1)
    if count <= 0:
        return ""
    # U+FFFE is pdfium's mark for a hyphen at a line's end that is not part of the word.
    text: str = page.get_text_range(0, count, errors="ignore")
    return readable(text.replace("\ufffe\r\n", "").replace("\ufffe\n", "").replace("\ufffe", ""))


def readable(text: str) -> str:
    """Put right Latin letters that were stored as rare CJK signs; other text stays."""
    shifted = len(_SHIFTED.findall(text))
    return text.translate(_UNSHIFT) if shifted > len(text) * _SHIFTED_SHARE else text


def _is_garbled(text: str) -> bool:
    """Control signs between the letters: the font's numbers for its letters came out in place of the letters."""
    return len(_CONTROLS.findall(text)) > len(text) * _GARBLED_SHARE


def _label(pdf: pypdfium2.PdfDocument, index: int) -> str:
    try:
        return clean(pdf.get_page_label(index))
    except (pypdfium2.PdfiumError, UnicodeDecodeError):
        return ""


def _chapters(pdf: pypdfium2.PdfDocument) -> dict[int, str]:
    """The outline's first entry for each page, as far as it can be read."""
    found: dict[int, str] = {}
    try:
        for entry, bookmark in enumerate(pdf.get_toc(max_depth=_OUTLINE_DEPTH)):
            if entry >= _OUTLINE_ENTRIES:
                break
            target = bookmark.get_dest()
            page = None if target is None else target.get_index()
            if page is not None:
                found.setdefault(page, bookmark.get_title())
    except (pypdfium2.PdfiumError, UnicodeDecodeError):
        return found
    return found


def _largest_line(page: pypdfium2.PdfTextPage) -> str | None:
    """The text in the largest letters of the first page, which is what a reader takes for its title."""
    count = min(page.count_chars(), _HEADING_CHARACTERS)
    if count <= 0:
        return None
    text = page.get_text_range(0, count, errors="ignore")
    if len(text) != count:  # signs outside the basic plane shift the positions
        return None
    sizes = [0.0 if sign.isspace() else round(_size(page, index), 1) for index, sign in enumerate(text)]
    letters = Counter(size for size, sign in zip(sizes, text, strict=True) if sign.isalpha())
    largest = max((size for size, count in letters.items() if count >= 3), default=0.0)
    if largest <= min(letters, default=0.0):
        return None
    start = sizes.index(largest)
    end = start
    while end < len(sizes) and (sizes[end] >= largest * 0.95 or text[end].isspace()):
        end += 1
    heading: str = text[start:end].translate(_UNSHIFT).strip()
    return heading if len(heading) <= _TITLE_CHARACTERS else None


def _size(page: pypdfium2.PdfTextPage, index: int) -> float:
    """Height of the letter as drawn: the font's nominal size means nothing once a matrix scales it."""
    matrix = pdfium.FS_MATRIX()
    nominal = float(pdfium.FPDFText_GetFontSize(page, index))
    if pdfium.FPDFText_GetMatrix(page, index, matrix):
        upright = abs(matrix.a) >= abs(matrix.b)  # a stamp along the margin is no title
        return nominal * float(matrix.c**2 + matrix.d**2) ** 0.5 if upright else 0.0
    return nominal


def _links(pdf: pypdfium2.PdfDocument, page: pypdfium2.PdfPage) -> Iterator[Link]:
    position, link = ctypes.c_int(0), pdfium.FPDF_LINK()
    for _ in range(_LINKS_A_PAGE):
        if not pdfium.FPDFLink_Enumerate(page, position, link):
            return
        action = pdfium.FPDFLink_GetAction(link)
        if not action or pdfium.FPDFAction_GetType(action) != pdfium.PDFACTION_URI:
            continue
        length = pdfium.FPDFAction_GetURIPath(pdf, action, None, 0)
        address = ctypes.create_string_buffer(min(length, 4096))
        pdfium.FPDFAction_GetURIPath(pdf, action, address, len(address))
        yield Link(address.value.decode("utf-8", "replace"))


FORMAT = Format(
    name="PDF",
    kind=Kind.DOCUMENT,
    media_type="application/pdf",
    extensions=("pdf",),
    recognises=_recognises,
    read=_read,
)
