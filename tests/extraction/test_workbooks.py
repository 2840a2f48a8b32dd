"""Workbooks become a page per sheet, with numbers as people write them."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from content_map.domain.assets import Kind
from content_map.extraction.sheets import written
from tests.extraction.conftest import Read
from tests.extraction.documents import opendocument, workbook


def test_every_sheet_is_a_page_labelled_with_its_name(read: Read) -> None:
    content = workbook({"Prices 2026": [["Plan", "Price"], ["Plant", 900]], "Notes": [["Ask first"]]})

    extract = read(content)

    assert extract.kind is Kind.SHEET
    assert [(page.label, page.text) for page in extract.pages] == [
        ("Prices 2026", "Plan\tPrice\nPlant\t900"),
        ("Notes", "Ask first"),
    ]


def test_an_empty_sheet_is_a_page_without_text(read: Read) -> None:
    extract = read(workbook({"Empty": [], "Full": [["x"]]}))

    assert [page.no_text for page in extract.pages] == [True, False]
    assert extract.problem is None


def test_dates_are_days_not_serial_numbers(read: Read) -> None:
    assert read(workbook({"S": [[date(2026, 3, 31)]]})).pages[0].text == "2026-03-31"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1200.0, "1200"),
        (0.1 + 0.2, "0.3"),
        (-3.5, "-3.5"),
        (True, "yes"),
        (datetime(2026, 3, 31), "2026-03-31"),  # noqa: DTZ001 - cells have no zone
        (datetime(2026, 3, 31, 14, 5), "2026-03-31 14:05"),  # noqa: DTZ001
        (time(9, 30), "09:30"),
        ("two\nlines", "two lines"),
        ("", ""),
    ],
)
def test_cells_are_written_as_people_write_them(cell: object, text: str) -> None:
    assert written(cell) == text


def test_an_opendocument_workbook_gives_cells_as_they_were_shown(read: Read) -> None:
    rows = (
        '<table:table-row><table:table-cell office:value="0.25"><text:p>25 %</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-repeated="1000000"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row>'
    )
    body = f'<office:spreadsheet><table:table table:name="Shares">{rows}</table:table></office:spreadsheet>'

    extract = read(opendocument("spreadsheet", body))

    assert extract.kind is Kind.SHEET
    assert [(page.label, page.text) for page in extract.pages] == [("Shares", "25 %")]
