"""PowerPoint files become slides in the order of the show, with all that is written on and under them."""

from __future__ import annotations

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.presentation import Presentation
from pptx.util import Inches

from content_map.domain.assets import Kind
from tests.extraction.conftest import Read
from tests.extraction.documents import changed, deck, part

_BOX = (Inches(1), Inches(2), Inches(5), Inches(3))


def _slide(presentation: Presentation, title: str, body: str = "") -> object:
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = title
    slide.placeholders[1].text = body
    return slide


def test_slides_come_in_order_with_title_label_and_text(read: Read) -> None:
    def build(presentation: Presentation) -> None:
        presentation.core_properties.title = "Audit proof for process makers"
        presentation.core_properties.author = "Maya Ortiz"
        _slide(presentation, "Two days lost", "In every audit\nIn every plant")
        _slide(presentation, "Minutes instead")

    extract = read(deck(build))

    assert extract.kind is Kind.DECK
    assert extract.title == "Audit proof for process makers"
    assert extract.author == "Maya Ortiz"
    assert [(page.label, page.title) for page in extract.pages] == [
        ("Slide 1", "Two days lost"),
        ("Slide 2", "Minutes instead"),
    ]
    assert extract.pages[0].text == "Two days lost\nIn every audit\nIn every plant"


def test_the_order_of_the_show_counts_not_that_of_the_parts(read: Read) -> None:
    def build(presentation: Presentation) -> None:
        _slide(presentation, "Made first, shown second")
        _slide(presentation, "Made second, shown first")
        order = presentation.slides._sldIdLst
        order.insert(0, order[1])

    assert [page.title for page in read(deck(build)).pages] == [
        "Made second, shown first",
        "Made first, shown second",
    ]


def test_a_hidden_slide_is_read_too(read: Read) -> None:
    def build(presentation: Presentation) -> None:
        slide = _slide(presentation, "Backup: the price list")
        slide._element.set("show", "0")

    assert [page.title for page in read(deck(build)).pages] == ["Backup: the price list"]


def test_speaker_notes_are_found(read: Read) -> None:
    def build(presentation: Presentation) -> None:
        slide = _slide(presentation, "Proof")
        slide.notes_slide.notes_text_frame.text = "Ask who prepared the last audit."

    assert read(deck(build)).pages[0].text == "Proof\nAsk who prepared the last audit."


def test_tables_keep_their_rows(read: Read) -> None:
    def build(presentation: Presentation) -> None:
        slide = _slide(presentation, "Prices")
        table = slide.shapes.add_table(2, 2, *_BOX).table
        for row, cells in enumerate((("Plan", "Price"), ("Plant", "900"))):
            for column, text in enumerate(cells):
                table.cell(row, column).text = text

    assert read(deck(build)).pages[0].text == "Prices\nPlan\tPrice\nPlant\t900"


def test_charts_give_their_series_categories_and_numbers(read: Read) -> None:
    def build(presentation: Presentation) -> None:
        data = CategoryChartData()
        data.categories = ["Before", "After"]
        data.add_series("Hours per audit", (16, 0.30000000000000004))
        slide = _slide(presentation, "Effect")
        slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *_BOX, data)

    assert read(deck(build)).pages[0].text == "Effect\nHours per audit\nBefore\t16\nAfter\t0.3"


def test_grouped_shapes_and_alternative_texts_are_read(read: Read) -> None:
    def build(presentation: Presentation) -> None:
        slide = _slide(presentation, "Map")
        group = slide.shapes.add_group_shape()
        box = group.shapes.add_textbox(*_BOX)
        box.text_frame.text = "Inside the group"
        slide.shapes[-1].shapes[0]._element.nvSpPr.cNvPr.set("descr", "Plants across Europe")

    assert read(deck(build)).pages[0].text == "Map\nInside the group\nPlants across Europe"


def test_names_and_guesses_of_pictures_are_not_alternative_texts(read: Read) -> None:
    def build(presentation: Presentation) -> None:
        slide = _slide(presentation, "Map")
        for text in ("logo.png", "A dog. Description automatically generated"):
            slide.shapes.add_textbox(*_BOX)._element.nvSpPr.cNvPr.set("descr", text)

    assert read(deck(build)).pages[0].text == "Map"


def test_smart_art_is_read_from_its_own_part(read: Read) -> None:
    made = deck(lambda presentation: _slide(presentation, "Steps"))
    frame = (
        b'<p:graphicFrame xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"><p:nvGraphicFramePr>'
        b'<p:cNvPr id="9" name="D"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><a:graphic><a:graphicData>'
        b'<dgm:relIds r:dm="rId77"/></a:graphicData></a:graphic></p:graphicFrame></p:spTree>'
    )
    relation = b'<Relationship Id="rId77" Type="http://x/diagramData" Target="../diagrams/data1.xml"/></Relationships>'
    slide, relations = "ppt/slides/slide1.xml", "ppt/slides/_rels/slide1.xml.rels"
    content = changed(
        made,
        {
            slide: part(made, slide).replace(b"</p:spTree>", frame),
            relations: part(made, relations).replace(b"</Relationships>", relation),
            "ppt/diagrams/data1.xml": b'<m xmlns:a="urn:a"><a:p><a:r><a:t>Find</a:t></a:r></a:p>'
            b"<a:p><a:r><a:t>Prove</a:t></a:r></a:p></m>",
        },
    )

    assert read(content).pages[0].text == "Steps\nFind\nProve"


def test_links_of_slides_are_collected(read: Read) -> None:
    def build(presentation: Presentation) -> None:
        slide = _slide(presentation, "See", "our site")
        run = slide.placeholders[1].text_frame.paragraphs[0].runs[0]
        run.hyperlink.address = "https://kestrel.example/proof"

    assert read(deck(build)).links == ("https://kestrel.example/proof",)


def test_a_damaged_slide_leaves_the_others_readable(read: Read) -> None:
    made = deck(lambda presentation: [_slide(presentation, "First"), _slide(presentation, "Second")])

    extract = read(changed(made, {"ppt/slides/slide1.xml": b"\x00\x01 not XML at all"}))

    assert [page.text for page in extract.pages] == ["", "Second"]
    assert extract.warnings == ("Slide 1 is damaged and was left out.",)
    assert not extract.failed


def test_the_first_slide_titles_a_deck_called_powerpoint_presentation(read: Read) -> None:
    def build(presentation: Presentation) -> None:
        presentation.core_properties.title = "PowerPoint Presentation"
        _slide(presentation, "Audit proof")

    assert read(deck(build)).title == "Audit proof"


def test_the_alternative_text_of_a_group_is_read(read: Read) -> None:
    def build(made: object) -> None:
        group = made.slides.add_slide(made.slide_layouts[6]).shapes.add_group_shape()
        group.shapes.add_textbox(0, 0, 9_000, 9_000).text_frame.text = "Two days"
        group._element.nvGrpSpPr.cNvPr.set("descr", "How an audit goes")

    assert read(deck(build)).pages[0].text == "Two days\nHow an audit goes"
