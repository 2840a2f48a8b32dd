"""Word files become pages where Word last saw page ends, with notes, boxes, headers and footers."""

from __future__ import annotations

from docx.document import Document
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls

from content_map.domain.assets import Kind
from tests.extraction.conftest import Read
from tests.extraction.documents import changed, document, part


def _hinted(made: Document, text: str) -> None:
    run = made.add_paragraph().add_run()
    run._r.append(OxmlElement("w:lastRenderedPageBreak"))
    run.add_text(text)


def test_words_saved_page_ends_make_the_pages(read: Read) -> None:
    def build(made: Document) -> None:
        made.add_paragraph("On the first.")
        _hinted(made, "On the second.")
        _hinted(made, "On the third.")

    extract = read(document(build))

    assert extract.kind is Kind.DOCUMENT
    assert [(page.label, page.text) for page in extract.pages] == [
        ("Page 1 (approx.)", "On the first."),
        ("Page 2 (approx.)", "On the second."),
        ("Page 3 (approx.)", "On the third."),
    ]


def test_where_word_saved_page_ends_breaks_asked_for_are_not_counted_twice(read: Read) -> None:
    def build(made: Document) -> None:
        made.add_paragraph("On the first.").add_run().add_break(WD_BREAK.PAGE)
        _hinted(made, "On the second.")

    assert [page.text for page in read(document(build)).pages] == ["On the first.", "On the second."]


def test_without_saved_page_ends_the_breaks_asked_for_count(read: Read) -> None:
    def build(made: Document) -> None:
        made.add_paragraph("On the first.")
        made.add_page_break()
        made.add_paragraph("On the second.")

    assert [page.text for page in read(document(build)).pages] == ["On the first.", "On the second."]


def test_a_long_text_without_any_page_ends_is_cut_between_paragraphs(read: Read) -> None:
    paragraph = "x" * 999

    def build(made: Document) -> None:
        for _ in range(5):
            made.add_paragraph(paragraph)

    # 3,500 characters hold three paragraphs of 999, not four.
    assert [page.text.count("\n") + 1 for page in read(document(build)).pages] == [3, 2]


def test_headings_title_the_pages_and_the_document(read: Read) -> None:
    def build(made: Document) -> None:
        made.core_properties.title = "Document1"
        made.add_heading("Why audits take days", level=1)
        made.add_paragraph("Because.")

    extract = read(document(build))

    assert extract.title == "Why audits take days"
    assert extract.pages[0].title == "Why audits take days"


def test_tables_keep_rows_and_inner_tables_are_read_once(read: Read) -> None:
    def build(made: Document) -> None:
        table = made.add_table(1, 2)
        table.cell(0, 0).text = "Plan"
        inner = table.cell(0, 1).add_table(1, 1)
        inner.cell(0, 0).text = "Price"

    assert read(document(build)).pages[0].text == "Plan\tPrice"


def test_headers_and_footers_are_read_once(read: Read) -> None:
    def build(made: Document) -> None:
        made.sections[0].header.paragraphs[0].text = "Kestrel Foods"
        made.sections[0].footer.paragraphs[0].text = "3"
        made.add_paragraph("Body.")

    assert read(document(build)).pages[0].text == "Body.\nKestrel Foods"


def test_text_boxes_are_read_once_though_word_stores_them_twice(read: Read) -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>Boxed in</w:t></w:r></w:p></w:txbxContent>"
    spaces = nsdecls("w") + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    run = (
        f"<w:r {spaces}><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )

    def build(made: Document) -> None:
        made.add_paragraph("Beside the box.")._p.append(parse_xml(run))

    assert read(document(build)).pages[0].text == "Beside the box.\nBoxed in"


def test_footnotes_stand_at_the_foot_of_their_page(read: Read) -> None:
    def build(made: Document) -> None:
        made.add_paragraph("Two days")._p.append(
            parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="2"/></w:r>')
        )
        made.add_paragraph("are lost.")

    made = document(build)
    names = "word/_rels/document.xml.rels"
    relation = b'<Relationship Id="rId99" Type="http://x/footnotes" Target="footnotes.xml"/></Relationships>'
    content = changed(
        made,
        {
            names: part(made, names).replace(b"</Relationships>", relation),
            "word/footnotes.xml": b'<w:footnotes xmlns:w="urn:w"><w:footnote w:id="2"><w:p><w:r>'
            b"<w:t>Survey of 40 plants.</w:t></w:r></w:p></w:footnote></w:footnotes>",
        },
    )

    assert read(content).pages[0].text == "Two days\nare lost.\nSurvey of 40 plants."


def test_deleted_text_and_field_codes_are_not_read(read: Read) -> None:
    def build(made: Document) -> None:
        made.add_paragraph("Kept.")._p.append(
            parse_xml(
                f"<w:del {nsdecls('w')}><w:r><w:delText>Old price</w:delText></w:r>"
                "<w:r><w:instrText>HYPERLINK</w:instrText></w:r></w:del>"
            )
        )

    assert read(document(build)).pages[0].text == "Kept."


def test_words_split_over_runs_stay_whole(read: Read) -> None:
    def build(made: Document) -> None:
        paragraph = made.add_paragraph("cus")
        paragraph.add_run("tom").bold = True
        paragraph.add_run("er")

    assert read(document(build)).pages[0].text == "customer"
