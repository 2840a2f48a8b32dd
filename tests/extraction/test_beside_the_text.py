"""What documents keep beside their running text: comments, charts, alternative texts, links, descriptions."""

from __future__ import annotations

import io

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image, PngImagePlugin
from xlsxwriter import Workbook

from content_map.domain.assets import Kind
from tests.extraction.conftest import Read
from tests.extraction.documents import changed, document, opendocument, part, tagged_pdf

CHART = (
    '<office:chart><chart:chart xmlns:chart="urn:oasis:names:tc:opendocument:xmlns:chart:1.0"><chart:title>'
    "<text:p>Growth</text:p></chart:title><table:table><table:table-rows><table:table-row><table:table-cell>"
    "<text:p>Plant</text:p></table:table-cell><table:table-cell><text:p>900</text:p></table:table-cell>"
    "</table:table-row></table:table-rows></table:table></chart:chart></office:chart>"
)
OBJECT = (
    '<draw:frame><draw:object xlink:href="./Object 1"/><svg:title>What grew</svg:title>'
    "<svg:desc>Sales since March</svg:desc></draw:frame>"
)


def _with_chart(kind: str, body: str) -> bytes:
    inner = part(opendocument("chart", CHART), "content.xml")
    return changed(opendocument(kind, body), {"Object 1/content.xml": inner})


def test_a_sheet_of_excel_has_its_comments_charts_boxes_and_links(read: Read) -> None:
    target = io.BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Prices")
        sheet.write_row(0, 0, ["Plan", "Price"])
        sheet.write_comment("B2", "Ask first", {"author": "Maya"})
        sheet.insert_textbox("F9", "Only plants", {"description": "Who may buy"})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"name": "Revenue", "values": "=Prices!$B$2:$B$3"})
        chart.set_title({"name": "Growth"})
        chart.set_x_axis({"name": "Year"})
        sheet.insert_chart("D2", chart, {"description": "Sales since March"})
        sheet.write_url("A5", "https://kestrel.example/cell", string="More")
        sheet.write_formula("A6", '=HYPERLINK("https://kestrel.example/formula","More")', None, "More")
        book.add_worksheet("Notes").write(0, 0, "Nothing beside it")

    extract = read(target.getvalue())

    assert [(page.label, page.text) for page in extract.pages] == [
        (
            "Prices",
            "Plan\tPrice\nMore\nMore\nAsk first\nSales since March\nGrowth\nYear\nRevenue\nOnly plants\nWho may buy",
        ),
        ("Notes", "Nothing beside it"),
    ]
    assert extract.links == ("https://kestrel.example/cell", "https://kestrel.example/formula")


def test_threads_of_comments_are_read_once(read: Read) -> None:
    target = io.BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        book.add_worksheet("S").write_comment("A1", "[Threaded comment] Your version of Excel cannot show it")
    relations = part(target.getvalue(), "xl/worksheets/_rels/sheet1.xml.rels").replace(
        b"</Relationships>",
        b'<Relationship Id="rId9" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" '
        b'Target="../threadedComments/threadedComment1.xml"/></Relationships>',
    )
    thread = b'<Threads xmlns="urn:t"><threadedComment><text>Ask first</text></threadedComment></Threads>'
    content = changed(
        target.getvalue(),
        {
            "xl/worksheets/_rels/sheet1.xml.rels": relations,
            "xl/threadedComments/threadedComment1.xml": thread,
        },
    )

    assert read(content).pages[0].text == "Ask first"


def test_an_opendocument_sheet_has_its_comments_and_charts(read: Read) -> None:
    row = (
        "<table:table-row><table:table-cell><office:annotation><text:p>Ask first</text:p></office:annotation>"
        "<text:p>Plan</text:p></table:table-cell></table:table-row>"
    )
    body = (
        f'<office:spreadsheet><table:table table:name="Prices"><table:shapes>{OBJECT}</table:shapes>{row}'
        "</table:table></office:spreadsheet>"
    )

    extract = read(_with_chart("spreadsheet", body))

    assert extract.pages[0].text == "Plan\nAsk first\nGrowth\nPlant\t900\nWhat grew\nSales since March"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("presentation", f"<office:presentation><draw:page>{OBJECT}</draw:page></office:presentation>"),
        ("text", f"<office:text><text:p>{OBJECT}</text:p></office:text>"),
    ],
)
def test_charts_and_alternative_texts_of_opendocument_files_are_read(
    read: Read, kind: str, body: str
) -> None:
    lines = read(_with_chart(kind, body)).pages[0].text.split("\n")

    assert [line for line in lines if line] == ["Growth", "Plant\t900", "What grew", "Sales since March"]


def test_tables_notes_and_links_of_opendocument_slides_are_read(read: Read) -> None:
    table = (
        "<draw:frame><table:table><table:table-row><table:table-cell><text:p>Plan</text:p></table:table-cell>"
        "<table:table-cell><text:p>900</text:p></table:table-cell></table:table-row></table:table></draw:frame>"
    )
    box = "<draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
    link = box.format('<text:a xlink:href="https://kestrel.example/">Site</text:a>')
    notes = f"<presentation:notes>{box.format('Ask first')}</presentation:notes>"
    body = f"<office:presentation><draw:page>{table}{link}{notes}</draw:page></office:presentation>"

    extract = read(opendocument("presentation", body))

    assert extract.pages[0].text == "Plan\t900\nSite\nAsk first"
    assert extract.links == ("https://kestrel.example/",)


def test_links_in_fields_and_footers_of_word_are_kept(read: Read) -> None:
    field = (
        f"<w:p {nsdecls('w')}><w:r><w:instrText> HYPERLINK &quot;https://kestrel.example/field&quot; </w:instrText>"
        "</w:r>"
        '<w:fldSimple w:instr="HYPERLINK &quot;https://kestrel.example/simple&quot;"><w:r><w:t>Site</w:t></w:r>'
        "</w:fldSimple></w:p>"
    )

    def build(made: object) -> None:
        made.element.body.insert(0, parse_xml(field))
        made.sections[0].footer.part.relate_to(
            "https://kestrel.example/footer",
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
            is_external=True,
        )

    extract = read(document(build))

    assert set(extract.links) == {
        "https://kestrel.example/field",
        "https://kestrel.example/simple",
        "https://kestrel.example/footer",
    }
    assert extract.pages[0].text == "Site"


def test_alternative_texts_of_a_tagged_pdf_are_read(read: Read) -> None:
    content = tagged_pdf("Two days lost", alternatives=["A plant at night", "logo.png"])

    assert read(content).pages[0].text == "Two days lost\nA plant at night"


def test_addresses_that_a_pdf_only_prints_are_links(read: Read) -> None:
    content = tagged_pdf("See https://kestrel.example/proof.", alternatives=[])

    assert read(content).links == ("https://kestrel.example/proof",)


def test_the_description_of_a_web_page_comes_first(read: Read) -> None:
    page = (
        '<html><head><title>Proof</title><meta name="Description" content="How a plant passed its audit.">'
        '<meta property="article:author" content="Maya"></head><body><p>Two days.</p></body></html>'
    )

    extract = read(page.encode())

    assert extract.pages[0].text == "How a plant passed its audit.\nTwo days."
    assert extract.author == "Maya"


def test_links_behind_the_words_of_a_message_are_kept(read: Read) -> None:
    message = (
        b"From: Maya\r\nTo: Ben\r\nSubject: Proof\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n"
        b'<p>Read <a href="https://kestrel.example/a">this</a>.</p>'
    )

    assert read(message).links == ("https://kestrel.example/a",)


def test_a_message_attached_to_a_message_is_told_by_its_subject(read: Read) -> None:
    inner = "Subject: The first mail\r\nContent-Type: text/plain\r\n\r\nTwo days.\r\n"
    message = (
        "From: Maya\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}--b--\r\n"
    )

    lines = [line for line in read(message.encode()).pages[0].text.split("\n") if line]

    assert lines == ["From: Maya", "See below.", "Attached message: The first mail", "Two days."]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('Plan;Note\nPlant;"two\nlines"\nGroup;"a;b"\n', "Plan\tNote\nPlant\ttwo lines\nGroup\ta;b"),
        ("sep=,\r\nPlan,Price\r\nPlant,900\r\n", "Plan\tPrice\nPlant\t900"),
        ("Plan|Price\nPlant|900\n", "Plan\tPrice\nPlant\t900"),
    ],
)
def test_tables_in_text_are_read_in_every_dialect(read: Read, content: str, text: str) -> None:
    extract = read(content.encode())

    assert (extract.media_type, extract.pages[0].text) == ("text/csv", text)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_tables_in_text_are_read_in_every_encoding(read: Read, encoding: str) -> None:
    extract = read("Plan\tPreis\nPrüfung\t900\nGröße\t4000\n".encode(encoding))

    assert (extract.media_type, extract.pages[0].text) == (
        "text/csv",
        "Plan\tPreis\nPrüfung\t900\nGröße\t4000",
    )


def test_links_in_rich_text_are_kept(read: Read) -> None:
    text = rb'{\rtf1 See {\field{\*\fldinst HYPERLINK "https://kestrel.example/"}{\fldrslt our site}}.}'

    extract = read(text)

    assert (extract.pages[0].text, extract.links) == ("See our site.", ("https://kestrel.example/",))


def test_addresses_in_plain_text_are_links(read: Read) -> None:
    extract = read(b"The proof is at https://kestrel.example/proof, says Maya.")

    assert extract.links == ("https://kestrel.example/proof",)


def test_the_author_in_the_head_of_markdown_is_read(read: Read) -> None:
    extract = read(b"---\ntitle: Audit proof\nauthor: Maya Ortiz\n---\n\n# Two days\n\nThey are lost.\n")

    assert (extract.title, extract.author) == ("Audit proof", "Maya Ortiz")


def test_what_a_picture_says_of_itself_is_its_text(read: Read) -> None:
    target = io.BytesIO()
    about = PngImagePlugin.PngInfo()
    about.add_text("Title", "The plant at night")
    about.add_text("Author", "Maya Ortiz")
    about.add_text("Description", "Where two days are lost")
    Image.new("RGB", (4, 4)).save(target, "PNG", pnginfo=about)

    extract = read(target.getvalue())

    assert (extract.kind, extract.problem) == (Kind.IMAGE, None)
    assert (extract.title, extract.author) == ("The plant at night", "Maya Ortiz")
    assert extract.pages[0].text == "The plant at night\nWhere two days are lost"


@pytest.mark.parametrize(
    ("said", "text"), [("Where two days are lost", "Where two days are lost"), ("OLYMPUS DIGITAL CAMERA", "")]
)
def test_a_description_that_a_camera_writes_is_none(read: Read, said: str, text: str) -> None:
    target = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = said
    Image.new("RGB", (4, 4)).save(target, "JPEG", exif=exif)

    assert read(target.getvalue()).pages[0].text == text


def test_an_xmp_block_of_a_picture_is_read_behind_the_guards(read: Read) -> None:
    names = (
        'xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    told = "<dc:title><r:Alt><r:li>{}</r:li></r:Alt></dc:title>"
    xmp = f"<r:RDF {names}>{told.format('Audit proof')}</r:RDF>"
    bomb = f'<!DOCTYPE x [<!ENTITY e "boom">]><r:RDF {names}>{told.format("&e;")}</r:RDF>'

    assert read(_webp(xmp)).title == "Audit proof"
    assert read(_webp(bomb), "plant.webp").title == "plant"


def _webp(xmp: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (4, 4)).save(target, "WEBP", xmp=xmp.encode())
    return target.getvalue()
