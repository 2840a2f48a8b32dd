"""PDF files become pages with their labels, and say whose and what they are."""

from __future__ import annotations

import io

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from content_map.domain.assets import Kind
from content_map.extraction import Limits
from content_map.extraction.formats.pdf import readable
from tests.extraction.conftest import Read
from tests.extraction.documents import PARAGRAPH, many_pages, pdf, picture, tagged_pdf


def test_every_page_has_its_text_number_and_label(read: Read) -> None:
    content = pdf(["Audits take two days.", "They could take minutes."])

    extract = read(content)

    assert extract.kind is Kind.DOCUMENT
    assert extract.media_type == "application/pdf"
    assert [(page.number, page.label, page.text) for page in extract.pages] == [
        (1, "Page 1", "Audits take two days."),
        (2, "Page 2", "They could take minutes."),
    ]
    assert extract.problem is None
    assert extract.words == 8


def test_printed_page_numbers_are_the_labels(read: Read) -> None:
    target = io.BytesIO()
    canvas = Canvas(target)
    canvas.addPageLabel(0, style="ROMAN_LOWER", start=1)
    canvas.addPageLabel(2, style="ARABIC", start=1)
    for text in ("Preface", "Contents", "Chapter"):
        canvas.drawString(72, 700, text)
        canvas.showPage()
    canvas.save()

    extract = read(target.getvalue())

    assert [page.label for page in extract.pages] == ["Page i", "Page ii", "Page 1"]


def test_title_and_author_are_the_documents_own(read: Read) -> None:
    extract = read(pdf(["Text."], title="Proof for the auditor", author="Maya Ortiz"))

    assert (extract.title, extract.author) == ("Proof for the auditor", "Maya Ortiz")


def test_a_junk_title_gives_way_to_the_largest_line_of_the_first_page(read: Read) -> None:
    extract = read(
        pdf(["Small print."], title="Microsoft Word - draft3.docx", heading="Faster audits at Kestrel")
    )

    assert extract.title == "Faster audits at Kestrel"


def test_without_title_and_heading_the_file_name_is_the_title(read: Read) -> None:
    extract = read(pdf(["All in one size."], title="untitled"), "kestrel-case_study.pdf")

    assert extract.title == "kestrel case study"


def test_a_password_to_open_it_ends_failed_and_says_what_to_do(read: Read) -> None:
    extract = read(pdf(["Secret."], user_password="opensesame", owner_password="owner"))

    assert extract.failed
    assert extract.problem is not None
    assert extract.problem.code == "encrypted"
    assert "without the password" in extract.problem.sentence
    assert extract.pages == ()


def test_a_password_only_against_editing_is_no_obstacle(read: Read) -> None:
    extract = read(pdf(["Anybody may read this."], owner_password="owner"))

    assert [page.text for page in extract.pages] == ["Anybody may read this."]
    assert extract.problem is None


def test_a_scan_is_ready_with_its_limit_stated(read: Read) -> None:
    target = io.BytesIO()
    canvas = Canvas(target)
    canvas.drawImage(ImageReader(io.BytesIO(picture(60, 80, "JPEG"))), 0, 0, 300, 400)
    canvas.showPage()
    canvas.save()

    extract = read(target.getvalue())

    assert not extract.failed
    assert extract.problem is not None
    assert extract.problem.code == "no_text"
    assert [page.no_text for page in extract.pages] == [True]


def test_the_outline_titles_its_pages(read: Read) -> None:
    target = io.BytesIO()
    canvas = Canvas(target)
    for name in ("The problem", "The proof"):
        canvas.bookmarkPage(name)
        canvas.addOutlineEntry(name, name)
        canvas.drawString(72, 700, "Text")
        canvas.showPage()
    canvas.save()

    extract = read(target.getvalue())

    assert [page.title for page in extract.pages] == ["The problem", "The proof"]


def test_latin_letters_stored_as_rare_cjk_signs_are_put_right() -> None:
    shifted = "".join(chr(ord(sign) + 0x3EAC) for sign in "Faster audits")

    assert readable(shifted) == "Faster audits"
    assert readable("案例研究 2026") == "案例研究 2026"


def test_links_are_collected_once_each(read: Read) -> None:
    target = io.BytesIO()
    canvas = Canvas(target)
    for _ in range(2):
        canvas.drawString(72, 700, "See the site")
        canvas.linkURL("https://kestrel.example/audit", (72, 690, 200, 710))
        canvas.showPage()
    canvas.save()

    assert read(target.getvalue()).links == ("https://kestrel.example/audit",)


def test_pages_beyond_the_limit_are_left_out_with_a_warning(read: Read) -> None:
    extract = read(pdf(["one", "two", "three"]), limits=Limits(pages=2))

    assert [page.text for page in extract.pages] == ["one", "two"]
    assert extract.warnings == ("Only the first 2 pages were read; the rest is not found by search.",)
    assert not extract.failed


def test_a_long_page_is_cut_with_a_warning(read: Read) -> None:
    extract = read(pdf(["abcdefghij"]), limits=Limits(page_characters=4))

    assert extract.pages[0].text == "abcd"
    assert extract.warnings == ("Only the first 4 characters of page 1 were read.",)


def test_a_damaged_file_ends_failed_and_says_what_to_do(read: Read) -> None:
    extract = read(pdf(["Whole."])[:300])

    assert extract.failed
    assert extract.problem is not None
    assert extract.problem.code == "corrupt"
    assert extract.kind is Kind.DOCUMENT


def test_the_language_is_told_and_a_short_text_is_not_guessed(read: Read) -> None:
    german = "Unsere Kunden verlieren bei jeder Prüfung zwei Tage, weil die Nachweise verstreut liegen."

    assert read(pdf([PARAGRAPH])).language == "en"
    assert read(pdf([german])).language == "de"
    assert read(pdf(["OK 42"])).language is None


def test_of_ten_thousand_pages_the_first_two_thousand_are_read_and_the_rest_is_stated(read: Read) -> None:
    extract = read(many_pages(10_000))

    assert len(extract.pages) == 2_000
    assert extract.pages[1_999].text == "Two days lost"
    assert extract.warnings == ("Only the first 2,000 pages were read; the rest is not found by search.",)
    assert extract.problem is None


def test_fonts_that_hide_their_letters_are_a_stated_limit(read: Read) -> None:
    extract = read(tagged_pdf("\\001\\002two\\003days\\004\\005", alternatives=[]))

    assert extract.hidden_pages == (1,)
    assert extract.problem is not None
    assert (extract.problem.code, extract.failed) == ("hidden_letters", False)
    assert (extract.words, extract.language) == (0, None)
