"""Makes the files that the tests of reading need, each the least that shows one thing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence

import docx
import pptx
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from xlsxwriter import Workbook

PARAGRAPH = (
    "Our customers in the process industry lose two days in every audit because the evidence lies in five "
    "systems that nobody connects. With one record of every batch the auditor finds the proof in minutes."
)


def pdf(
    pages: Sequence[str],
    *,
    title: str | None = None,
    author: str | None = None,
    heading: str | None = None,
    user_password: str | None = None,
    owner_password: str | None = None,
) -> bytes:
    """A PDF with one line of text a page; `heading` stands in large letters on the first."""
    target = io.BytesIO()
    locked = user_password is not None or owner_password is not None
    lock = StandardEncryption(user_password or "", owner_password) if locked else None
    canvas = Canvas(target, encrypt=lock, pageCompression=0)
    if title is not None:
        canvas.setTitle(title)
    if author is not None:
        canvas.setAuthor(author)
    for number, text in enumerate(pages):
        if heading is not None and number == 0:
            canvas.setFont("Helvetica-Bold", 28)
            canvas.drawString(72, 760, heading)
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, 700, text)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def tagged_pdf(text: str, *, alternatives: Sequence[str]) -> bytes:
    """A tagged PDF of one page whose figures have these alternative texts."""
    figures = [f"{7 + place} 0 R" for place in range(len(alternatives))]
    stream = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET"
    objects = [
        "<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot 6 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/StructParents 0"
        "/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(stream)}>>\nstream\n{stream}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        f"<</Type/StructTreeRoot/K[{' '.join(figures)}]/ParentTree<</Nums[0 [{' '.join(figures)}]]>>>>",
        *(
            f"<</Type/StructElem/S/Figure/P 6 0 R/Pg 3 0 R/K {place}/Alt({alternative})>>"
            for place, alternative in enumerate(alternatives)
        ),
    ]
    return _pdf_of(objects)


def many_pages(count: int) -> bytes:
    """A PDF of so many pages that all show the same words."""
    stream = "BT /F1 12 Tf 72 700 Td (Two days lost) Tj ET"
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R/Resources<</Font<</F1 4 0 R>>>>>>"
    kids = " ".join(f"{5 + number} 0 R" for number in range(count))
    return _pdf_of(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            f"<</Type/Pages/Kids[{kids}]/Count {count}>>",
            f"<</Length {len(stream)}>>\nstream\n{stream}\nendstream",
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            *[page] * count,
        ]
    )


def _pdf_of(objects: Sequence[str]) -> bytes:
    parts, places, length = ["%PDF-1.7\n"], [], len("%PDF-1.7\n")
    for number, content in enumerate(objects, 1):
        places.append(length)
        parts.append(f"{number} 0 obj\n{content}\nendobj\n")
        length += len(parts[-1])
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}"
    trailer = f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{length}\n%%EOF"
    return f"{''.join(parts)}{table}{trailer}".encode()


def deck(build: Callable[[object], None]) -> bytes:
    """A PowerPoint file that `build` fills."""
    presentation = pptx.Presentation()
    build(presentation)
    target = io.BytesIO()
    presentation.save(target)
    return target.getvalue()


def document(build: Callable[[object], None]) -> bytes:
    """A Word file that `build` fills."""
    made = docx.Document()
    build(made)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """An Excel file with these sheets, row by row."""
    target = io.BytesIO()
    with Workbook(target, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for index, row in enumerate(rows):
                sheet.write_row(index, 0, row)
    return target.getvalue()


def zipped(parts: Mapping[str, bytes], *, packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", packed) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def changed(package: bytes, parts: Mapping[str, bytes]) -> bytes:
    """A copy of a zip with some parts replaced or added."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**kept, **parts})


def part(package: bytes, name: str) -> bytes:
    """One part of a zip."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return archive.read(name)


def opendocument(kind: str, content: str, *, title: str = "") -> bytes:
    """An OpenDocument file of this kind around the elements of its body."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}:1.0"'
        for name, path in {
            "office": "office",
            "text": "text",
            "table": "table",
            "draw": "drawing",
            "presentation": "presentation",
            "svg": "svg-compatible",
        }.items()
    )
    spaces += ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    dc = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    body = f"<office:document-content {spaces}><office:body>{content}</office:body></office:document-content>"
    about = f"<office:meta><dc:title>{title}</dc:title></office:meta>"
    meta = f"<office:document-meta {spaces} {dc}>{about}</office:document-meta>"
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(),
            "content.xml": body.encode(),
            "meta.xml": meta.encode(),
        }
    )


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    """A picture of one colour."""
    target = io.BytesIO()
    Image.new("RGB", (width, height), (20, 90, 160)).save(target, kind)
    return target.getvalue()
