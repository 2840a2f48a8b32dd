"""The sample library: real files of one vendor, the same every time, in the words of the vocabulary."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import docx
import pptx
import pypdfium2
import pytest
from python_calamine import CalamineWorkbook
from selectolax.lexbor import LexborHTMLParser

import content_map
from content_map.domain.assets import (
    GUIDE_FIELD_CHARACTERS,
    SUMMARY_CHARACTERS,
    TITLE_CHARACTERS,
    Audience,
    Kind,
)
from content_map.domain.conversations import CONVERSATIONS
from content_map.domain.people import Role
from content_map.sample.accounts import accounts
from content_map.sample.library import SampleAsset, assets, make_file
from content_map.sample.manuscripts import Bars
from content_map.sample.people import people, teams
from content_map.sample.situations import situations

_PACKAGE = Path(content_map.__file__).parent


def _term_keys(*paths: str) -> Iterator[str]:
    for path in paths:
        with (_PACKAGE / path).open(encoding="utf-8", newline="") as rows:
            yield from (f"{row['facet']}:{row['key']}" for row in csv.DictReader(rows))


def _made(made_as: str) -> list[SampleAsset]:
    return [asset for asset in assets() if asset.format == made_as]


def test_there_are_sixty_assets_and_each_conversation_has_its_own_number() -> None:
    counts = Counter(asset.conversation for asset in assets())

    assert len(assets()) >= 60
    assert set(counts) == {description.key for description in CONVERSATIONS}
    assert len(set(counts.values())) > 1


def test_all_five_kinds_of_file_are_made() -> None:
    assert {asset.format for asset in assets()} == {"pptx", "docx", "pdf", "xlsx", "html"}
    assert {asset.kind for asset in assets()} == {Kind.DECK, Kind.DOCUMENT, Kind.SHEET, Kind.WEB}


def test_keys_and_file_names_are_unique() -> None:
    assert len({asset.key for asset in assets()}) == len(assets())
    assert len({asset.file_name for asset in assets()}) == len(assets())


def test_no_two_files_are_twins() -> None:
    files = [make_file(asset) for asset in assets()]

    assert len(set(files)) == len(files)


def test_every_term_is_in_a_vocabulary() -> None:
    known = set(_term_keys("first_vocabulary/terms.csv", "sample/terms.csv"))

    unknown = {term for asset in assets() for term in asset.terms} - known

    assert unknown == set()


def test_the_vendors_terms_repeat_none_of_the_first_vocabulary() -> None:
    ours = list(_term_keys("sample/terms.csv"))

    assert set(ours).isdisjoint(_term_keys("first_vocabulary/terms.csv"))
    assert {key.partition(":")[0] for key in ours} == {"competitor", "product"}


def test_every_owner_is_a_person_and_what_is_written_fits_its_field() -> None:
    keys = {person.key for person in people()}

    for asset in assets():
        assert asset.owner_key in keys, asset.key
        assert 0 < len(asset.title) <= TITLE_CHARACTERS
        assert len(asset.summary) <= SUMMARY_CHARACTERS
        parts = (asset.guide.when_to_use, asset.guide.say_first, asset.guide.ask_next)
        parts += (asset.guide.do_not, asset.guide.may_change)
        assert all(part is None or 0 < len(part) <= GUIDE_FIELD_CHARACTERS for part in parts), asset.key


def test_most_assets_have_a_guide_and_some_realistically_do_not() -> None:
    guided = [asset for asset in assets() if asset.guide.when_to_use]

    assert 0.7 * len(assets()) < len(guided) < len(assets())


def test_some_assets_stay_inside_the_company_and_say_so_on_the_page() -> None:
    internal = [asset for asset in assets() if asset.audience is Audience.INTERNAL]

    battlecard = next(asset for asset in internal if asset.format == "pdf")
    page = pypdfium2.PdfDocument(make_file(battlecard))[0].get_textpage().get_text_bounded()

    assert len(internal) >= 5
    assert "Internal: not for customers" in page


@pytest.mark.parametrize("made_as", ["pptx", "docx", "xlsx"])
def test_no_office_file_holds_the_time_of_its_making(made_as: str) -> None:
    charted = [asset for asset in _made(made_as) if made_as != "pptx" or _has_chart(asset)]

    stamps = set(_stamps(make_file(charted[0])))

    assert stamps == {(2025, 1, 6, 9, 0, 0), b"2025-01-06T09:00:00Z"}


@pytest.mark.parametrize("made_as", ["pptx", "docx", "pdf", "xlsx", "html"])
def test_a_file_is_the_same_bytes_every_time(made_as: str) -> None:
    asset = _made(made_as)[0]

    assert make_file(asset) == make_file(asset)


def _has_chart(asset: SampleAsset) -> bool:
    return any(isinstance(block, Bars) for section in asset.sections for block in section.blocks)


def _stamps(archive: bytes) -> Iterator[object]:
    with zipfile.ZipFile(io.BytesIO(archive)) as entries:
        for entry in entries.infolist():
            content = entries.read(entry)
            yield entry.date_time
            if entry.filename == "docProps/core.xml":
                yield from re.findall(rb"\d{4}-\d\d-\d\dT[\d:.]+Z", content)
            if entry.filename.endswith(".xlsx"):
                yield from _stamps(content)


def test_decks_open_with_a_title_on_each_slide_and_carry_speaker_notes() -> None:
    noted = 0
    for asset in _made("pptx"):
        deck = pptx.Presentation(io.BytesIO(make_file(asset)))

        assert len(deck.slides) == len(asset.sections)
        assert [slide.shapes.title.text for slide in deck.slides] == [part.title for part in asset.sections]
        assert deck.core_properties.title == asset.title
        noted += sum(slide.has_notes_slide for slide in deck.slides)
    assert noted >= 15


def test_nothing_on_a_slide_hangs_over_its_lower_edge() -> None:
    for asset in _made("pptx"):
        deck = pptx.Presentation(io.BytesIO(make_file(asset)))
        for number, slide in enumerate(deck.slides, start=1):
            lowest = max(shape.top + shape.height for shape in slide.shapes)

            assert lowest <= deck.slide_height, (asset.key, number)


def test_documents_open_with_their_headings() -> None:
    for asset in _made("docx"):
        document = docx.Document(io.BytesIO(make_file(asset)))

        headings = [line.text for line in document.paragraphs if line.style.name == "Heading 1"]

        assert headings == [section.title for section in asset.sections]


def test_pdfs_open_with_their_title_and_text() -> None:
    for asset in _made("pdf"):
        document = pypdfium2.PdfDocument(make_file(asset))

        text = " ".join(page.get_textpage().get_text_bounded() for page in document)

        assert document.get_metadata_value("Title") == asset.title
        assert 1 <= len(document) <= 4
        assert asset.sections[-1].title in text


def test_sheets_open_and_show_results_of_their_formulas() -> None:
    calculator = next(asset for asset in assets() if asset.key == "value-calculator-manufacturing")

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(make_file(calculator)))
    result = {
        row[1]: row[2]
        for row in workbook.get_sheet_by_name("Result").to_python(skip_empty_area=False)
        if row[1:]
    }

    # 6 lines x 14 hours x 12 months x 1,450 euros x 20 %
    assert result["Output won a year"] == pytest.approx(292_320)
    # + 25 % of 186,000 overtime + 72,000 licences - 168,000 subscription
    assert result["Net a year"] == pytest.approx(242_820)
    # 12 x (145,000 + 160 x 420 - 10 % of 940,000) / 242,820
    assert result["Payback"] == pytest.approx(5.8414, abs=1e-4)


def test_every_sheet_of_every_workbook_can_be_read() -> None:
    for asset in _made("xlsx"):
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(make_file(asset)))

        assert len(workbook.sheet_names) == len(asset.sections)
        assert all(workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names)


def test_pages_are_whole_html_and_load_nothing_from_elsewhere() -> None:
    for asset in _made("html"):
        page = LexborHTMLParser(make_file(asset))

        assert page.css_first("h1").text() == asset.title
        assert [heading.text() for heading in page.css("h2")] == [part.title for part in asset.sections]
        assert not page.css("script, link, img, iframe, [src], [href]")


def test_good_assets_are_written_out_and_bad_ones_are_not() -> None:
    words = {
        asset.key: len(
            (_PACKAGE / "sample/library" / asset.conversation / f"{asset.key}.md").read_text().split()
        )
        for asset in assets()
    }

    for asset in assets():
        assert (words[asset.key] > 200) == bool(asset.guide.when_to_use or asset.summary), asset.key


def test_forty_people_work_there_in_every_role_and_four_teams_have_a_manager() -> None:
    roles = Counter(person.role for person in people())
    led = {person.team for person in people() if person.role is Role.MANAGER}

    assert len(people()) >= 40
    assert set(roles) == set(Role)
    assert len(teams()) == 4
    assert led == set(teams())
    assert all(person.email.endswith("@example.com") for person in people())
    assert len({person.email for person in people()}) == len(people())


def test_customers_are_described_in_terms_of_the_vocabulary_and_served_by_a_team() -> None:
    known = set(_term_keys("first_vocabulary/terms.csv"))

    assert len(accounts()) >= 60
    assert len({account.name.casefold() for account in accounts()}) == len(accounts())
    for account in accounts():
        described = {f"industry:{account.industry}", f"size:{account.size}", f"region:{account.region}"}
        assert described <= known, account.key
        assert account.team in teams()


def test_situations_differ_and_are_about_known_customers_in_all_five_conversations() -> None:
    customers = {account.key for account in accounts()}

    assert len(situations()) >= 150
    assert len({situation.text for situation in situations()}) == len(situations())
    assert {situation.account_key for situation in situations()} <= customers
    assert {situation.conversation for situation in situations()} == {one.key for one in CONVERSATIONS}
